// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"
#include "domain/measurement.h"
#include "domain/pictures.h"

#include <vector>

namespace framegate::imaging {

/// What a part of a chart tells of how the camera looks at it.
struct ChartGlimpse {
    int fiducials = 0;             ///< read, 1 or more
    std::vector<Reading> readings; ///< chart_rotation, chart_centre_x, chart_centre_y, field_of_view
};

/// Where findChart() finds some fiducials only: the readings that these allow, as if there were neither
/// perspective nor distortion. They are right to about 1 % and 1°: enough to tell a wrong lens, a lens beside
/// its place or a turned module from a chart that somebody covers. Reentrant.
/// Errors: Io `CHART_NOT_FOUND` without a fiducial; Internal `IMAGING` when OpenCV gives up.
Result<ChartGlimpse> glimpseChart(const DecodedPicture& picture, const ChartDescription& chart);

} // namespace framegate::imaging
