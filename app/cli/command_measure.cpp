// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/commands.h"
#include "cli/measure_charts.h"
#include "imaging/grey_picture.h"
#include "imaging/slanted_edge.h"
#include "imaging/square_list.h"
#include "jpeg/validator.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;
using imaging::EdgeSharpness;
using imaging::ListedSquare;
using imaging::Side;

constexpr std::size_t largestList = 1 << 20;

struct MeasureOptions {
    std::vector<std::string> files;
    std::string edges;
    std::string transfer;
    std::string chart;
    std::string limits;
    std::string overlay;
    bool json = false;
};

bool isJpeg(std::span<const std::byte> bytes) {
    return bytes.size() > 2 && bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xD8};
}

Result<imaging::GreyPicture> readPicture(const std::string& file) {
    const auto bytes = readFile(file, largestPicture);
    if (!bytes) return passOn(bytes);
    if (!isJpeg(*bytes)) return imaging::decodeGrey(*bytes, file);
    const auto picture = jpeg::decode(*bytes);
    if (!picture) return tl::unexpected(picture.error().within(file));
    return imaging::greyOf(*picture);
}

imaging::ToneCurve curveFor(const MeasureOptions& options, int bits) {
    const bool linear = options.transfer.empty() ? bits == 16 : options.transfer == "linear";
    return linear ? imaging::ToneCurve::linear(bits) : imaging::ToneCurve::srgb(bits);
}

struct MeasuredEdge {
    ListedSquare square;
    Side side;
    Result<EdgeSharpness> sharpness;
};

std::vector<MeasuredEdge> measureEdges(const imaging::GreyPicture& picture, const imaging::ToneCurve& curve,
                                       const std::vector<ListedSquare>& squares) {
    std::vector<MeasuredEdge> edges;
    for (const auto& square : squares) {
        const auto places = imaging::edgesOf(square.place);
        for (std::size_t i = 0; i < places.size(); ++i)
            edges.push_back(
                {square, static_cast<Side>(i), imaging::measureEdge(picture.view(), curve, places[i])});
    }
    return edges;
}

Json jsonOf(const MeasuredEdge& edge) {
    Json object = {{"centre_x_px", edge.square.place.centre.x},
                   {"centre_y_px", edge.square.place.centre.y},
                   {"side", imaging::sideText(edge.side)}};
    if (!edge.sharpness) {
        object["mtf50_cy_px"] = nullptr;
        object["angle_deg"] = nullptr;
        object["code"] = edge.sharpness.error().code;
        object["detail"] = edge.sharpness.error().message;
        return object;
    }
    const auto& sharpness = *edge.sharpness;
    object["mtf50_cy_px"] = sharpness.mtf50;
    object["angle_deg"] = sharpness.angleDegrees;
    object["mtf50_uncertainty_cy_px"] = sharpness.mtf50Uncertainty;
    object["mtf50p_cy_px"] = sharpness.mtf50p;
    object["mtf_half_nyquist"] = sharpness.mtfHalfNyquist;
    object["oversharpening"] = sharpness.oversharpening;
    object["contrast"] = sharpness.contrast();
    object["noise"] = sharpness.noise;
    return object;
}

std::string textOf(const MeasuredEdge& edge) {
    const auto& centre = edge.square.place.centre;
    const auto place = fmt::format("{:9.1f} {:9.1f} {:>7}", centre.x, centre.y, imaging::sideText(edge.side));
    if (!edge.sharpness)
        return fmt::format("{}  {}: {}", place, edge.sharpness.error().code, edge.sharpness.error().message);
    const auto& sharpness = *edge.sharpness;
    return fmt::format("{} {:10.5f} {:9.5f} {:10.5f} {:8.4f} {:8.2f} {:9.3f}", place, sharpness.mtf50,
                       sharpness.mtf50Uncertainty, sharpness.mtf50p, sharpness.mtfHalfNyquist,
                       100 * sharpness.oversharpening, sharpness.angleDegrees);
}

void print(const std::string& file, const std::vector<MeasuredEdge>& edges, bool json) {
    if (json) {
        auto list = Json::array();
        for (const auto& edge : edges)
            list.push_back(jsonOf(edge));
        const Json object = {{"file", file}, {"edges", std::move(list)}};
        fmt::print("{}\n", object.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
        fmt::print(
            "{}\n        x         y    side      MTF50  +/- (1s)     MTF50P   at 1/4   over %  angle deg\n",
            file);
        for (const auto& edge : edges)
            fmt::print("{}\n", textOf(edge));
    }
    std::fflush(stdout);
}

/// A place outside the picture is a wrong list; an edge that cannot be judged is one we cannot tell of.
int statusOf(const std::vector<MeasuredEdge>& edges) {
    int status = exitStatus::success;
    for (const auto& edge : edges) {
        if (edge.sharpness) continue;
        if (edge.sharpness.error().kind == ErrorKind::InvalidInput) return exitStatus::inputWrong;
        status = exitStatus::couldNotTell;
    }
    return status;
}

int measureFile(const std::string& file, const MeasureOptions& options,
                const std::vector<ListedSquare>& squares) {
    const auto picture = readPicture(file);
    if (!picture) return reportError(asWrongInput(picture.error()));
    const auto edges = measureEdges(*picture, curveFor(options, picture->bits), squares);
    print(file, edges, options.json);
    const int status = statusOf(edges);
    for (const auto& edge : edges)
        if (!edge.sharpness && edge.sharpness.error().kind == ErrorKind::InvalidInput)
            return reportError(edge.sharpness.error().within(file));
    return status;
}

int measureFiles(const MeasureOptions& options) {
    const auto text = readTextFile(options.edges, largestList);
    if (!text) return reportError(asWrongInput(text.error()));
    const auto squares = imaging::parseSquares(*text, options.edges);
    if (!squares) return reportError(squares.error());
    int status = exitStatus::success;
    for (const auto& file : options.files) {
        const int one = measureFile(file, options, *squares);
        status = status == exitStatus::inputWrong ? status
                 : one == exitStatus::inputWrong  ? one
                                                  : std::max(status, one);
    }
    return status;
}

} // namespace

int measureCommand(int argc, char** argv) {
    CLI::App app(
        "How good is each picture of the test chart? With --edges: how sharp are the slanted edges of the "
        "squares that a CSV file lists, with the columns "
        "mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px, "
        "the first of which may be empty?",
        "framegate measure");
    MeasureOptions options;
    app.add_option("FILES", options.files, "Pictures: JPEG, PNG or PGM, 8 or 16 bits")->required();
    app.add_option("--edges", options.edges, "The squares whose four edges are measured");
    app.add_option("--transfer", options.transfer,
                   "How levels stand for light; unless told, 16 bits are linear and 8 bits sRGB")
        ->check(CLI::IsMember({"linear", "srgb"}));
    app.add_flag("--json", options.json, "One JSON object a file");
    app.add_option("--chart", options.chart,
                   "The chart in the pictures: a name of the shipped ones, or a file");
    app.add_option("--limits", options.limits, "Limits to judge the measurements by");
    app.add_option("--overlay", options.overlay,
                   "A folder for three drawings of each picture: what was measured, focus map, responses");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    if (!options.edges.empty() &&
        !(options.chart.empty() && options.limits.empty() && options.overlay.empty()))
        return reportError({ErrorKind::InvalidInput, "COMMAND_LINE",
                            "--edges looks for no chart: --chart, --limits and --overlay do not go with it"});
    if (!options.edges.empty()) return measureFiles(options);
    return measureCharts(
        {options.files, options.chart, options.limits, options.transfer, options.overlay, options.json});
}

} // namespace framegate
