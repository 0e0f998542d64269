// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/pictures.h"

#include <array>
#include <cmath>
#include <functional>

namespace framegate::test {

/// Luma level, from the middle, at a place of the picture: 0 to 1 across and down.
using Drawing = std::function<double(double x, double y)>;

/// The DC image of a 4:2:2 picture that shows \a drawing in grey.
inline CodedPicture drawnPicture(Resolution size, const Drawing& drawing, std::uint16_t quantiser = 12) {
    CodedPicture picture;
    picture.size = size;
    picture.lumaWidthFactor = 2;
    picture.mcusWide = static_cast<std::uint16_t>((size.width + 15) / 16);
    picture.mcusHigh = static_cast<std::uint16_t>((size.height + 7) / 8);
    picture.eoiOffset = 10'000;
    picture.quantisation.assign(2, {});
    for (auto& table : picture.quantisation)
        table[0] = quantiser;
    for (const unsigned factor : {2U, 1U, 1U}) {
        CodedPicture::DcPlane plane;
        plane.width = static_cast<std::uint16_t>(picture.mcusWide * factor);
        plane.height = picture.mcusHigh;
        for (unsigned row = 0; row < plane.height; ++row)
            for (unsigned column = 0; column < plane.width; ++column) {
                const double level =
                    factor == 2 ? drawing((column + 0.5) / plane.width, (row + 0.5) / plane.height) : 0;
                plane.values.push_back(static_cast<std::int16_t>(std::lround(level * 8)));
            }
        picture.dc.push_back(std::move(plane));
    }
    return picture;
}

/// Soft hills and valleys between -70 and 70.
inline double hills(double x, double y) {
    return 40 * std::sin(7 * x + 1) + 30 * std::cos(5 * y - 2 * x);
}

} // namespace framegate::test
