// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/module_kind.h"
#include "sim/scene.h"

#include <cstdint>
#include <memory>

namespace framegate::simulation {

/// The test chart as a unit with ordinary part-to-part spread sees it on a sensor of this kind: a little
/// gain, colour, shift, blur and noise of its own, all from \a seed.
std::unique_ptr<sim::Scene> makeChartScene(std::uint64_t seed,
                                           sim::SensorKind sensor = sim::SensorKind::Ov2640);

} // namespace framegate::simulation
