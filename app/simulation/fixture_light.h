// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace framegate::simulation {

/// The lamps of a slot's fixture, and what light comes in besides. Amounts are against what a fixture as it
/// should be has on its chart, or behind its diffuser. A value.
struct FixtureLight {
    double chart = 1;
    double diffuser = 1;
    double slope = 0; ///< by what share the chart's light rises from one side of the picture to the other
    double slopeDegrees = 0;               ///< direction in which it rises, clockwise from the right
    std::array<double, 3> colour{1, 1, 1}; ///< of the chart's lamp
    double ambient = 0;                    ///< on the chart, whatever is switched on
    bool switched = false; ///< the chart's lamp hangs at an output of the board, and is off with it

    bool operator==(const FixtureLight&) const = default;
};

} // namespace framegate::simulation
