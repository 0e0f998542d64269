// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/chart_patches.h"
#include "imaging/chart_sharpness.h"

#include <string_view>
#include <vector>

namespace framegate::imaging {

/// A picture of the chart, taken apart.
struct ChartMeasurements {
    FoundChart found;
    LightSurface light;
    std::vector<PatchColour> patches;
    std::vector<MeasuredEdge> edges;
    ToneCurve curve = ToneCurve::srgb(8);
    std::vector<Reading> readings;
};

/// Finds \a chart and measures all that it has. What cannot be measured (patches of too few pixels, edges
/// without contrast) has no reading. Reentrant.
/// Errors: those of findChart(); Io `CHART_UNEVEN` where too little of the chart's background is in view.
Result<ChartMeasurements> measureChart(const DecodedPicture& picture, const ChartDescription& chart);

/// The names of all its readings.
std::vector<std::string_view> chartReadingNames();

/// The readings that patches give: exposure, tone, white balance, colour, noise.
std::vector<Reading> patchReadings(const std::vector<PatchColour>& patches, const LightSurface& light,
                                   Resolution size);
std::vector<std::string_view> patchReadingNames();

} // namespace framegate::imaging
