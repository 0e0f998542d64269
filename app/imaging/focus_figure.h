// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"
#include "domain/pictures.h"

#include <array>

namespace framegate::imaging {

/// How sharp a picture of the chart is, by places. Each is the energy of the edges of a square: the squared
/// slope of light per pixel, summed at four scales (pixels of 1, 2, 4 and 8), over the edges' length and the
/// square of their contrast; for a Gaussian blur far above 8 pixels each scale gives 0.28 over its standard
/// deviation. Blur of any kind only lowers it, by whatever it is out of focus: it has no second peak. The
/// contrast is taken from the mean light, which focus does not change. In 1/pixel.
struct FocusFigure {
    double whole = 0;                ///< of centre and corners, each counting half
    double centre = 0;               ///< mean of the squares there
    std::array<double, 4> corners{}; ///< top left, top right, bottom left, bottom right
};

/// Looks where the squares of \a chart lie when it fills the picture's width: nothing has to be recognised,
/// so it works as far out of focus as any shape is left. Reentrant. Errors: Io `FOCUS_NO_CHART` where nothing
/// is to be seen there, or it is dark or white; Internal `IMAGING` when OpenCV gives up.
Result<FocusFigure> focusFigure(const DecodedPicture& picture, const ChartDescription& chart);

} // namespace framegate::imaging
