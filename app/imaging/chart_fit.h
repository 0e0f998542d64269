// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/chart_finder.h"

#include <optional>
#include <vector>

namespace framegate::imaging {

/// A point of the chart and where it was found.
struct Match {
    ChartPoint chart;
    ImagePoint image;
};

/// The corners of \a fiducials that \a chart has, four each.
std::vector<Match> matchesOf(const std::vector<FoundFiducial>& fiducials, const ChartDescription& chart);

/// The projection with the least squared distances to \a matches, of which there are eight or more, and their
/// root mean square.
struct Fit {
    ChartProjection projection;
    double residualPx = 0;
};

/// None where the points do not fix a projection. May throw cv::Exception.
std::optional<Fit> fitProjection(const std::vector<Match>& matches, Resolution size);

} // namespace framegate::imaging
