// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"
#include "domain/pictures.h"
#include "imaging/chart_finder.h"

#include <array>

namespace framegate::imaging {

/// How a camera sees the chart.
struct View {
    int width = 1600;
    int height = 1200;
    std::array<double, 9> homography{}; ///< chart widths to pixels
    double radial = 0;                  ///< as ChartProjection has it
    double blurPx = 0.8;                ///< standard deviation
    double noise = 0;                   ///< standard deviation in digital numbers
    int quality = 0;                    ///< of a JPEG on the way; 0 for none
    int samples = 4;                    ///< a side, in every pixel
};

/// The shipped chart.
const ChartDescription& shippedChart();

/// A homography that fills \a width by \a height with the chart's middle \a share, turned and shifted, its
/// far side smaller by the keystone terms.
std::array<double, 9> viewOf(int width, int height, double share, double degrees, double shiftX,
                             double shiftY, double keystoneX = 0, double keystoneY = 0);

/// The chart, drawn by the code that prints it, through \a view: supersampled in linear light, blurred, coded
/// as sRGB.
DecodedPicture chartPicture(const View& view);

/// Where a chart's point lies in that picture.
ImagePoint trueIn(const View& view, ChartPoint point);

} // namespace framegate::imaging
