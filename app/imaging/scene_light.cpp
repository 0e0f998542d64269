// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/scene_light.h"

#include <array>

namespace framegate::imaging {
namespace {

constexpr std::array<double, 2> middling = {0.1, 0.5}; // reflectances, clear of noise and clipping

/// Light of every level.
const std::array<double, 256>& lightOfLevels() {
    static const std::array<double, 256> all = [] {
        std::array<double, 256> light{};
        for (std::size_t level = 0; level < light.size(); ++level)
            light[level] = srgbLight(double(level));
        return light;
    }();
    return all;
}

/// Mean light of the middle \a share of a picture, each way; of rows only one in four.
Rgb lightOf(const DecodedPicture& picture, double share) {
    constexpr std::size_t every = 4;
    const auto& light = lightOfLevels();
    const auto margin = [&](std::uint16_t side) { return static_cast<std::size_t>(side * (1 - share) / 2); };
    const std::size_t left = margin(picture.size.width);
    const std::size_t top = margin(picture.size.height);
    Rgb sum{};
    std::size_t pixels = 0;
    for (std::size_t y = top; y < picture.size.height - top; y += every) {
        const auto* pixel = picture.bgr.data() + 3 * (y * picture.size.width + left);
        for (std::size_t x = left; x < picture.size.width - left; ++x, pixel += 3, ++pixels)
            for (std::size_t c = 0; c < 3; ++c)
                sum[c] += light[pixel[2 - c]];
    }
    for (auto& channel : sum)
        channel /= pixels > 0 ? double(pixels) : 1;
    return sum;
}

} // namespace

std::optional<Rgb> lightOnChart(const ChartMeasurements& chart) {
    Rgb sum{};
    int counted = 0;
    for (const auto& patch : chart.patches) {
        const double reflected = patch.reference[1];
        if (!patch.grey || patch.pixels == 0 || patch.clipped > 0.05) continue;
        if (reflected < middling[0] || reflected > middling[1]) continue;
        for (std::size_t c = 0; c < 3; ++c)
            sum[c] += (srgbLight(patch.left[c]) + srgbLight(patch.right[c])) / 2 / patch.place / reflected;
        ++counted;
    }
    if (counted == 0) return std::nullopt;
    for (auto& channel : sum)
        channel /= counted;
    return sum;
}

Rgb lightInMiddle(const DecodedPicture& picture) {
    return lightOf(picture, 0.2);
}

Rgb lightOfWhole(const DecodedPicture& picture) {
    return lightOf(picture, 1);
}

} // namespace framegate::imaging
