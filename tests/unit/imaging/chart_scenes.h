// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chart_pictures.h"

#include <array>
#include <cstdint>

namespace framegate::imaging {

/// The chart in colour before a camera of which everything is known. Light is reflectance times exposure.
struct ChartScene {
    View view;                            ///< its noise and quality are those of the picture
    double exposure = 1;                  ///< light that a white of 1 gives, as a share of full scale
    std::array<double, 3> gains{1, 1, 1}; ///< red, green, blue
    double gamma = 0;                     ///< levels are light to that power; 0 is sRGB
    double veil = 0;                      ///< light that strays to everywhere, as a share of full scale
    double slopeX = 0;   ///< light on the right edge of the chart less that on the left, over their mean
    double slopeY = 0;   ///< likewise lower less upper, over one chart width
    double falloff = 0;  ///< light lost in the picture's corners, growing as the radius squared
    double redScale = 1; ///< magnification of red against green about the picture's middle
    double blueScale = 1;
    std::array<double, 4> cornerBlurPx{}; ///< top left, top right, bottom left, bottom right; 0 is the view's
    bool greyNoise = false;  ///< the same in all colours, as most of it is after a sensor's own processing
    std::uint64_t seed = 11; ///< of the noise
    double sharpening = 0;   ///< of an unsharp mask of one pixel's radius, on the levels
};

/// All of the chart with a small margin, as most tests want it: 1296 × 972, a lens of 0.8 px, exposed so that
/// nothing clips.
ChartScene plainScene(int width = 1296, int height = 972);

DecodedPicture pictureOf(const ChartScene& scene);

/// MTF50 of that renderer for a lens of \a blurPx, across an edge along the pixel grid, in cycles/pixel.
double trueMtf50(const View& view, double blurPx);
/// Its response at \a frequency.
double trueResponse(const View& view, double blurPx, double frequency);

} // namespace framegate::imaging
