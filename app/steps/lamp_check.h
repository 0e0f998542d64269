// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "camera/camera.h"
#include "domain/measurement.h"
#include "domain/test_plan.h"
#include "imaging/scene_light.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// What the captures of one unit tell of the fixture's light. All were taken at one exposure, with frozen
/// gains: what differs between the scenes is not the unit's doing. What was not taken has no value.
struct LightSeen {
    std::optional<ExposureSeen> exposure;       ///< that the unit's own control chose for the chart
    std::optional<double> grey;                 ///< level of the chart's 18 % grey
    std::optional<imaging::Rgb> onChart;        ///< light on the chart, of one colour each
    std::optional<imaging::Rgb> onDiffuser;     ///< of the lit diffuser
    std::optional<double> chartWhole;           ///< light of the chart's picture as a whole, green
    std::optional<double> unlitWhole;           ///< the same with all lamps off
    double darkWhole = 0;                       ///< and behind the shutter
    std::optional<std::array<double, 2>> chart; ///< how it falls off on the chart, left less right, top less
                                                ///< bottom, %
    std::optional<std::array<double, 2>> field; ///< and on the diffuser
};

/// The readings that this gives (docs/measurements.md).
std::vector<Reading> lightReadings(const LightSeen& seen, const std::optional<NominalLight>& nominal,
                                   Resolution size);
std::vector<std::string_view> lightReadingNames();

/// What is wrong with the light, and what to do.
struct LightFault {
    std::string code; ///< LIGHT_…
    std::string advice;
    /// A light that is uneven is read from pictures that the unit's own faults change as well: it can only
    /// explain what it acts upon.
    bool explainsOnlyLight = false;
};

/// What a light reading out of its limits means; none for other readings.
std::optional<LightFault> lightFaultOf(std::string_view reading);

/// Whether uneven light may be why a measurement of the unit is out of its limits.
bool unevenLightExplains(std::string_view reading);
/// Whether it may be why \a lowest (`shading_corner_lowest`) is below its limit. Light as uneven as
/// \a leftRight and \a topBottom say (%, of `lamp_…`) darkens some corners by that much at most; where the
/// brightest one too, by \a asymmetry (`shading_asymmetry`, %), is darker than it makes those of a unit just
/// within its limit, they are the unit's.
bool unevenLightExplainsCorners(const Measurement& lowest, double asymmetry, double leftRight,
                                double topBottom);

} // namespace framegate
