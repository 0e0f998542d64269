// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"
#include "imaging/chart_finder.h"

#include <cstdint>
#include <vector>

namespace framegate::imaging {

/// A grey picture of somebody else's: rows from the top, no padding.
struct PlainGrey {
    const std::uint8_t* pixels = nullptr;
    int width = 0;
    int height = 0;
};

/// What a search for fiducials saw.
struct MarkerSearch {
    std::vector<FoundFiducial> found; ///< corners refined; at most one of an id
    int mirrored = 0;                 ///< read as the chart's, but in a mirror
    int others = 0;                   ///< well-formed, with no code of the chart's
    int blobs = 0; ///< dark shapes of about the size of the chart's objects, however blurred
};

/// Looks for the fiducials of \a chart in \a grey. May throw cv::Exception.
MarkerSearch searchMarkers(PlainGrey grey, const ChartDescription& chart);

/// \a corners, known to a few pixels, moved to where lines through the square's edges meet. A side of
/// the square spans \a cells cells. Corners whose edges cannot be located stay.
std::array<ImagePoint, 4> refineCorners(PlainGrey grey, const std::array<ImagePoint, 4>& corners, int cells);

} // namespace framegate::imaging
