// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/scene.h"
#include "reports/chart_picture.h"
#include "reports/field_picture.h"

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace framegate {

/// A picture that a step has judged, and what it found in it. A value.
struct JudgedPicture {
    Scene scene = Scene::Chart;
    Resolution size;
    PictureBytes bytes;
    /// Nothing where the picture could not be measured.
    std::variant<std::monostate, ChartMarks, FieldMarks> marks = {};
    std::vector<std::string> remarks = {}; ///< what is wrong, a line each
};

/// A picture for people.
struct Drawing {
    std::string name; ///< "chart-annotated"
    std::vector<std::byte> png;
};

/// Draws what was found in judged pictures. Thread-safe.
class PictureArtist {
public:
    virtual ~PictureArtist() = default;
    /// Every drawing there is of \a picture: `SCENE-annotated`, of the chart also `chart-focus` and
    /// `chart-sfr`. Errors: Io `PICTURE_DRAWING`; those of decoding.
    virtual Result<std::vector<Drawing>> draw(const JudgedPicture& picture) = 0;
};

/// Draws with Qt, not wider than 1024 pixels. Needs a QGuiApplication as long as it lives.
std::unique_ptr<PictureArtist> makePictureArtist();

} // namespace framegate
