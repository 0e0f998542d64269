// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace framegate::imaging {

/// IEC 61966-2-1: light of a level, both 0…1.
inline double linearOf(double v) {
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

} // namespace framegate::imaging
