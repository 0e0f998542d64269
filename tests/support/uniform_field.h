// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>

namespace framegate::test {

/// Linear light of red, green and blue at a place; x and y in widths from the middle.
using Light = std::function<std::array<double, 3>(double x, double y)>;

/// A picture of a field as sRGB, drawn here and nowhere else.
struct UniformField {
    int width = 1280;
    int height = 960;
    Light light = [](double, double) { return std::array<double, 3>{0.45, 0.45, 0.45}; };
    double noise = 2; ///< standard deviation of each channel, levels

    DecodedPicture picture(unsigned seed) const {
        DecodedPicture made{{static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)}, {}};
        made.bgr.resize(std::size_t(width) * std::size_t(height) * 3);
        std::mt19937 engine(seed);
        std::normal_distribution<double> draw(0, 1);
        auto* to = made.bgr.data();
        for (int row = 0; row < height; ++row)
            for (int column = 0; column < width; ++column) {
                const auto rgb = light((column + 0.5) / width - 0.5, (row + 0.5 - height / 2.0) / width);
                for (int c = 2; c >= 0; --c) {
                    const double linear = std::clamp(rgb[std::size_t(c)], 0.0, 1.0);
                    const double coded =
                        linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
                    const double level = 255 * coded + (noise > 0 ? noise * draw(engine) : 0);
                    *to++ = static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0, 255.0)));
                }
            }
        return made;
    }
};

/// Light that falls off to \a corner of the centre's in the corners, round a place.
inline Light shaded(double corner, double right = 0, double down = 0) {
    return [=](double x, double y) {
        const double dx = x - right;
        const double dy = y - down;
        const double light = 0.5 * (1 - (1 - corner) * (dx * dx + dy * dy) / 0.390625);
        return std::array<double, 3>{light, light, light};
    };
}

} // namespace framegate::test
