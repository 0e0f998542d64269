// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"
#include "simulation/fixture_light.h"
#include "simulation/unit_optics.h"

namespace cv {
class Mat;
}

namespace framegate::simulation {

/// Light on the array, 16 bits for red, green and blue: this much is what a sensor at its normal exposure
/// makes full white of.
inline constexpr double fullLight = 40'000;

/// The chart through the unit's lens and filter, per amountOnChart().
cv::Mat lightOfChart(const ChartDescription& chart, const UnitOptics& optics, const SensorArray& array,
                     const FixtureLight& light, bool lampOn = true);

/// All the light on the chart.
double amountOnChart(const FixtureLight& light, bool lampOn = true);

/// The diffuser, lit as it should be, likewise.
cv::Mat lightOfDiffuser(const UnitOptics& optics, const SensorArray& array);

} // namespace framegate::simulation
