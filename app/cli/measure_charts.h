// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace framegate {

/// Bytes that a picture file may have: an uncompressed 16-bit picture of a 40 MP sensor in colour.
inline constexpr std::size_t largestPicture = 256 << 20;

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
