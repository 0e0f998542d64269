// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"
#include "sim/scene.h"
#include "simulation/fixture_light.h"
#include "simulation/unit_optics.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace framegate::simulation {

/// How far somebody has turned a module's lens since it was put in, in turns; out is positive. Thread-safe.
using LensTurned = std::atomic<double>;

/// What a module sees of the chart, lit or by ambient light alone, of the lit diffuser, and in the dark
/// behind the shutter, whichever the fixture has switched on. A chart whose lamp is not switched is lit all
/// the time, and every chart until something is switched. \a faulty, where given, is what it does with \a
/// probability in place of \a usual, a frame at a time. \a turned: null if nobody turns the lens.
std::unique_ptr<sim::Scene> makeOpticalScene(std::shared_ptr<const ChartDescription> chart,
                                             sim::SensorKind sensor, std::uint64_t seed, UnitOptics usual,
                                             std::optional<UnitOptics> faulty = std::nullopt,
                                             double probability = 1, const FixtureLight& light = {},
                                             std::shared_ptr<const LensTurned> turned = nullptr);

} // namespace framegate::simulation
