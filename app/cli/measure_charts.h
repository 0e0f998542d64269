// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace framegate {

/// What to measure in pictures of the chart.
struct ChartMeasuring {
    std::vector<std::string> files;
    std::string chart;    ///< empty: the shipped one
    std::string limits;   ///< a file; empty: nothing is judged
    std::string transfer; ///< "linear", "srgb", or empty: 16 bits are linear
    std::string overlay;  ///< a folder for drawings; empty: none
    bool json = false;
};

/// Measures each file and prints what comes out. Returns the exit status: 1 where a limit is missed, 3 where
/// the chart cannot be measured.
int measureCharts(const ChartMeasuring& what);

} // namespace framegate
