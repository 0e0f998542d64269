// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"
#include "domain/pictures.h"
#include "imaging/chart_patches.h"
#include "imaging/colour_difference.h"

#include <optional>
#include <vector>

namespace framegate::imaging {

/// The chart as one picture shows it, in terms that do not depend on the picture's size.
struct ChartImpression {
    Resolution size;
    double centreX = 0;  ///< of the chart, in shares of the picture's width, from its left
    double centreY = 0;  ///< and of its height, from its top
    double width = 0;    ///< of the chart, in shares of the picture's width
    double height = 0;   ///< and of its height
    double degrees = 0;  ///< of its middle line, clockwise as seen on square pixels
    double redGreen = 0; ///< light of the greys of middling brightness
    double blueGreen = 0;
    std::vector<Lab> colours;        ///< of greys and colours in the chart's order, at one exposure
    std::optional<double> sharpness; ///< MTF50P at the chart's centre, in cycles per chart width
};

/// Measures \a picture of \a chart in so far as it can be compared with pictures of other sizes; sharpness
/// from 651 pixels of width. A lens's distortion is left out. Reentrant.
/// Errors: those of findChart(); Io `CHART_UNEVEN` where the background or a patch is not to be measured.
Result<ChartImpression> impressionOf(const DecodedPicture& picture, const ChartDescription& chart);

} // namespace framegate::imaging
