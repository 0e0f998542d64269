// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/chart_file.h"
#include "cli/commands.h"
#include "config/readers.h"
#include "reports/chart_print.h"
#include "station/fixture_folder.h"
#include "station/software_version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace framegate {
namespace {

struct ChartOptions {
    std::string out;
    std::string paper = "A4";
    std::string chart = "framegate-a";
};

Result<> printChart(const ChartOptions& options) {
    const auto paper = PaperSize::parse(options.paper);
    if (!paper) return passOn(paper);
    const auto file = chartFile(options.chart);
    if (!file) return passOn(file);
    const auto chart = config::readChart(*file);
    if (!chart) return Failure(asWrongInput(chart.error()));
    const auto pdf = chartPdf(*chart, *paper, fmt::format("framegate {}", softwareVersion()));
    if (!pdf) return passOn(pdf);
    if (auto written = writeFileAtomically(options.out, *pdf); !written)
        return Failure(asWrongInput(written.error()));
    fmt::print(stderr, "{}: {} {}, {:.1f} mm wide\n", options.out, chart->name, chart->version,
               printedChartWidthMm(*chart, *paper));
    return {};
}

} // namespace

int chartCommand(int argc, char** argv) {
    CLI::App app(
        "Writes the test chart as a PDF to print. Print it at 100 %, on matt paper, and check the bar "
        "below it with a ruler.",
        "framegate chart");
    ChartOptions options;
    app.add_option("-o,--output", options.out, "The PDF to write")->required();
    app.add_option("--paper", options.paper, "A0 to A5, letter, or WIDTHxHEIGHTmm")->capture_default_str();
    app.add_option("--chart", options.chart, "A chart of fixtures/charts, or a file")->capture_default_str();
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const auto printed = printChart(options);
    return printed ? exitStatus::success : reportError(printed.error());
}

} // namespace framegate
