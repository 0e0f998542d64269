// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <numbers>

namespace framegate::simulation {

inline constexpr double perDegree = std::numbers::pi / 180; ///< radians

} // namespace framegate::simulation
