// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/chart_measurements.h"

#include <optional>

namespace framegate::imaging {

/// Light that falls on the chart's centre, by each colour, where 1 is what makes a white surface full white
/// at the exposure of the picture: what the greys of middling brightness send back, over their reflectance.
/// By the sRGB curve. None where no such grey was measured.
std::optional<Rgb> lightOnChart(const ChartMeasurements& chart);

/// Light of a picture's middle, a fifth of it each way, by the sRGB curve.
Rgb lightInMiddle(const DecodedPicture& picture);

/// Light of a picture as a whole, by the sRGB curve.
Rgb lightOfWhole(const DecodedPicture& picture);

} // namespace framegate::imaging
