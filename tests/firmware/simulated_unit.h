// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/camera_module.h"
#include "simulation/chart_scene.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace framegate::test {

/// Which module is on the pins: its number, its sensor and its board by the names of fixtures.
struct ModuleSpec {
    ModuleSpec(std::uint32_t number) : unit(number) {} // most tests do not care which kind
    ModuleSpec(std::uint32_t number, std::string itsSensor, std::string itsBoard)
        : unit(number), sensor(std::move(itsSensor)), board(std::move(itsBoard)) {}
    std::uint32_t unit = 1;
    std::string sensor = "ov2640";
    std::string board = "mini-2mp-plus";
};

/// A good module that looks at the chart, the same each time for the same number.
inline std::unique_ptr<sim::CameraModule> simulatedUnit(const ModuleSpec& spec) {
    const auto* kind = sim::findModule(spec.sensor, spec.board);
    if (kind == nullptr) throw std::runtime_error("nobody simulates " + spec.sensor + " on " + spec.board);
    return std::make_unique<sim::CameraModule>(sim::Faults{}, simulation::makeChartScene(spec.unit),
                                               spec.unit, *kind);
}

} // namespace framegate::test
