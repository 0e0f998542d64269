// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/chart_finder.h"
#include "imaging/grey_view.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace framegate::imaging {

/// Red, green and blue.
using Rgb = std::array<double, 3>;

inline constexpr double greyReflectance = 0.18; ///< of the patch that exposure is read from

/// What a patch and its twin look like; levels are 0…255.
struct PatchColour {
    std::string name;
    bool grey = false;
    Rgb reference{}; ///< what the chart says, linear, 0…1
    Rgb left{};      ///< mean levels of the one in the chart's left half
    Rgb right{};
    double place = 1;       ///< light that the lens lets through to the two, against the chart's centre
    double clipped = 0;     ///< share of pixels at 254 or more in any channel
    double noise = 0;       ///< standard deviation of luma about a smooth surface, levels
    std::size_t pixels = 0; ///< measured, of both

    Rgb mean() const;
    double luma() const; ///< of the mean, by the weights of ITU-R BT.601
    Rgb light() const;   ///< linear, by the sRGB curve, as it would be at the chart's centre
};

/// Light of a level by the sRGB curve, 0…1; the level may be a mean.
double srgbLight(double level);

/// How the light falls off over the picture, from the chart's uniform background: its light against that of
/// the chart's centre, a surface of second order.
struct LightSurface {
    std::array<double, 6> terms{1, 0, 0,
                                0, 0, 0}; ///< of 1, x, y, x², xy, y², in chart widths from its centre
    double level = 0;                     ///< of the background at the centre, 0…255, green
    double spread = 0; ///< root mean square of what the surface leaves, against the centre's light

    double at(ChartPoint point, double height) const;
};

/// None where too little background lies in the picture.
std::optional<LightSurface> backgroundLight(const DecodedPicture& picture, const FoundChart& found,
                                            const ChartDescription& chart);

/// Each pair of patches, in the chart's order. Places with fewer than 9 pixels have none (`pixels` is 0).
std::vector<PatchColour> patchColours(const DecodedPicture& picture, const FoundChart& found,
                                      const ChartDescription& chart, const LightSurface& light);

/// Mean luma of the chart's black trap; none where it has too few pixels.
std::optional<double> trapLuma(const DecodedPicture& picture, const FoundChart& found,
                               const ChartDescription& chart);

/// From levels to light by what the grey patches show: the sRGB curve, bent to go through them. The sRGB
/// curve itself where they do not rise or too few are unclipped.
ToneCurve toneCurveOf(const std::vector<PatchColour>& patches);

} // namespace framegate::imaging
