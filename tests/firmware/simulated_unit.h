// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/camera_module.h"
#include "simulation/chart_scene.h"

#include <cstdint>
#include <memory>

namespace framegate::test {

/// A good module that looks at the chart, the same each time for the same number.
inline std::unique_ptr<sim::CameraModule> simulatedUnit(std::uint32_t unit) {
    return std::make_unique<sim::CameraModule>(sim::Faults{}, simulation::makeChartScene(unit), unit);
}

} // namespace framegate::test
