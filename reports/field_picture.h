// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "reports/chart_picture.h"

#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// A place that stands out of a uniform field.
struct MarkedSpot {
    MarkedPoint centre;
    double radius = 0;     ///< pixels of the picture
    std::string text = {}; ///< beside it; may be empty
};

/// What was found in a picture of a uniform field, or of darkness.
struct FieldMarks {
    Resolution size;                   ///< of the picture
    std::vector<MarkedSpot> blemishes; ///< rings as large as they are
    std::vector<MarkedSpot> pixels;    ///< rings that can be seen
    std::optional<int> row;            ///< of the picture, that stands out
    std::optional<int> column;
    std::string caption;
    std::vector<std::string> remarks = {}; ///< what is wrong: a line each, below the picture
};

/// The field with its contrast raised, so that eyes see what was measured, and what was found marked in it,
/// as PNG of \a widthPx at most. Needs a QGuiApplication. Errors: Io `PICTURE_DRAWING`.
Result<std::vector<std::byte>> annotatedField(const DecodedPicture& picture, const FieldMarks& marks,
                                              int widthPx);

} // namespace framegate
