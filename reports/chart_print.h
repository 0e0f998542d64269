// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// A sheet of paper as it lies.
struct PaperSize {
    double widthMm = 0;
    double heightMm = 0;

    /// "A0" … "A5" or "letter", lying on the long side, or "WIDTHxHEIGHTmm" as said, 100 to 3000 mm.
    /// Errors: InvalidInput `PAPER`.
    static Result<PaperSize> parse(std::string_view text);
};

/// How wide the chart comes out on \a paper: as large as fits between the margins and the foot, in mm.
double printedChartWidthMm(const ChartDescription& chart, PaperSize paper);

/// The chart as a PDF of one page, all vectors: the chart in the middle, below it a scale bar, a print check
/// and the chart's name, version and checksum. Colours are sRGB relative to the chart's paper white.
/// \a creator stands in the PDF's metadata. Needs a QGuiApplication (for fonts); thread-bound to it.
/// Errors: Io `CHART_PRINT`.
Result<std::vector<std::byte>> chartPdf(const ChartDescription& chart, PaperSize paper,
                                        const std::string& creator);

/// The chart without its label as pixels: red, green, blue, sRGB; rows from the top.
struct ChartRaster {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb; ///< width × height × 3
};

/// The chart \a width pixels wide, drawn by the code that prints it.
ChartRaster chartRaster(const ChartDescription& chart, int width);

} // namespace framegate
