// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/measurement.h"
#include "domain/pictures.h"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace framegate {

/// A place in a picture, in pixels; whole numbers are the middles of pixels.
struct MarkedPoint {
    double x = 0;
    double y = 0;
};

/// Something four-sided that was found in a picture.
struct MarkedArea {
    std::array<MarkedPoint, 4> corners{};
    std::string text; ///< written into it; may be empty
};

/// An edge whose sharpness was measured.
struct MarkedEdge {
    MarkedPoint from;
    MarkedPoint to;
    std::string group;           ///< edges of one group share a curve: "centre", "corner top left"
    double mtf50p = 0;           ///< cycles/pixel; 0 where the edge is too blurred, or could not be measured
    std::vector<float> response; ///< at even steps from 0 to 1 cycles/pixel; empty where there is none
    MeasurementOutcome outcome = MeasurementOutcome::Recorded;
};

/// What was found and measured in a picture of the chart.
struct ChartMarks {
    Resolution size; ///< of the picture
    std::vector<MarkedArea> fiducials;
    std::vector<MarkedArea> patches;
    std::vector<MarkedEdge> edges;
    std::string caption;
    std::vector<std::string> remarks = {}; ///< what is wrong: a line each, below the picture
};

/// The picture with fiducials, patches and edges drawn over it, edges in the colour of their outcome with
/// their MTF50P, as PNG of \a widthPx at most. Needs a QGuiApplication (for fonts), as the other two.
/// Errors: Io `PICTURE_DRAWING`.
Result<std::vector<std::byte>> annotatedPicture(const DecodedPicture& picture, const ChartMarks& marks,
                                                int widthPx);

/// Sharpness over the picture: MTF50P between the edges' places, red to green from 0 to the best, as PNG.
Result<std::vector<std::byte>> focusMap(const ChartMarks& marks, int widthPx);

/// The mean response of each group of edges against frequency, as PNG.
Result<std::vector<std::byte>> responsePlot(const ChartMarks& marks, int widthPx);

} // namespace framegate
