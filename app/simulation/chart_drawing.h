// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"

#include <array>
#include <functional>
#include <vector>

namespace framegate::simulation {

/// A chart as light: linear, 0…1, red, green and blue; rows from the top.
struct ChartLight {
    int width = 0;
    int height = 0;
    std::vector<float> rgb; ///< width × height × 3
};

/// How a camera looks at a chart. At the defaults the chart's width fills the picture's.
struct ChartView {
    double scale = 1;   ///< of the chart in the picture
    double degrees = 0; ///< turned clockwise as seen
    double right = 0;   ///< of the chart's centre from the picture's, in picture widths
    double down = 0;
    double radial = 0; ///< by what share a point at the picture's corner moves outwards
    bool mirrored = false;

    /// Where a point of the chart lies, in pixels from the outer corner of the first one.
    std::array<double, 2> place(ChartPoint point, int width, int height) const;
};

/// What the sensor sees of a surface of this colour.
using SurfaceColour = std::function<ChartColour(const ChartColour&)>;

/// \a chart, seen by \a view, in a picture of \a width by \a height. Every pixel holds the mean light of its
/// area: edges of straight shapes are exact, those of the trap sampled. The background goes on beyond the
/// chart. The label is left out. For the simulation only: what prints a chart and what judges it draw and
/// look with code of their own.
ChartLight drawChart(
    const ChartDescription& chart, int width, int height, const ChartView& view = {},
    const SurfaceColour& colour = [](const ChartColour& reflected) { return reflected; });

} // namespace framegate::simulation
