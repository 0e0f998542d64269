// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace framegate::imaging {

/// CIE 1976 L*, a*, b* against D65.
struct Lab {
    double l = 0;
    double a = 0;
    double b = 0;

    double chroma() const;
};

/// Of linear sRGB, 0…1 for what reflects all light (IEC 61966-2-1, CIE 15).
Lab labOf(const std::array<double, 3>& linearRgb);

/// The CIEDE2000 colour difference with all weights 1 (ISO/CIE 11664-6).
double deltaE00(const Lab& one, const Lab& other);

} // namespace framegate::imaging
