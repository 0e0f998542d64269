// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/measurement.h"
#include "imaging/chart_measurements.h"
#include "imaging/field_measurements.h"
#include "reports/picture_artist.h"

#include <string>
#include <vector>

namespace framegate {

/// What was found on the chart, to be drawn. Edges have the colour of the limit that they count for; \a name
/// comes first in the caption.
ChartMarks marksOf(Resolution size, const imaging::ChartMeasurements& measured,
                   const std::vector<Measurement>& judged, const std::string& name);

/// What was found in a uniform field or in the dark. The row or column that stands out most is marked where
/// its limit says so.
FieldMarks marksOf(Resolution size, const imaging::FieldMeasurements& measured,
                   const std::vector<Measurement>& judged, const std::string& name);

/// "mtf50p_centre 0.142 {cycle}/{px}, at least 0.191": a line for each of \a judged out of its limits.
std::vector<std::string> remarksOf(const std::vector<Measurement>& judged);

} // namespace framegate
