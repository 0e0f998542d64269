// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/measure_charts.h"

#include "base/files.h"
#include "cli/chart_file.h"
#include "cli/commands.h"
#include "cli/measure_drawings.h"
#include "config/readers.h"
#include "imaging/chart_measurements.h"
#include "imaging/grey_picture.h"
#include "jpeg/validator.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

Result<DecodedPicture> readPicture(const std::string& file, const std::string& transfer) {
    const auto bytes = readFile(file, largestPicture);
    if (!bytes) return Failure(asWrongInput(bytes.error()));
    const bool jpegFile =
        bytes->size() > 2 && (*bytes)[0] == std::byte{0xFF} && (*bytes)[1] == std::byte{0xD8};
    if (!jpegFile) return imaging::decodeColour(*bytes, file, transfer != "srgb");
    auto picture = jpeg::decode(*bytes);
    if (!picture) return Failure(asWrongInput(picture.error().within(file)));
    return picture;
}

/// Where in the field a measurement was taken, as its name has it.
std::string positionOf(std::string_view name) {
    for (const auto* place : {"top_left", "top_right", "bottom_left", "bottom_right"})
        if (name.ends_with(place)) return place;
    for (const auto* place : {"centre", "middle", "edge", "corner"})
        if (name.starts_with("mtf") && name.find(place) != std::string_view::npos) return place;
    return "picture";
}

Json jsonOf(const Measurement& measurement) {
    const auto bound = [](const std::optional<double>& value) {
        return value ? Json(*value) : Json(nullptr);
    };
    return {{"name", measurement.reading.name},
            {"value", measurement.reading.value},
            {"unit", measurement.reading.unit},
            {"low", bound(measurement.low)},
            {"high", bound(measurement.high)},
            {"outcome", measurementOutcomeText(measurement.outcome)},
            {"position", positionOf(measurement.reading.name)}};
}

std::string textOf(const Measurement& measurement) {
    const auto bound = [](const std::optional<double>& value) {
        return value ? fmt::format("{:.5g}", *value) : std::string();
    };
    return fmt::format("{:28} {:>12.5g} {:12} {:>9} {:>9}  {}", measurement.reading.name,
                       measurement.reading.value, measurement.reading.unit, bound(measurement.low),
                       bound(measurement.high), measurementOutcomeText(measurement.outcome));
}

void print(const std::string& file, const std::vector<Measurement>& measurements, bool json) {
    if (json) {
        auto list = Json::array();
        for (const auto& measurement : measurements)
            list.push_back(jsonOf(measurement));
        const Json object = {{"file", file}, {"measurements", std::move(list)}};
        fmt::print("{}\n", object.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
        fmt::print("{}\n", file);
        for (const auto& measurement : measurements)
            fmt::print("{}\n", textOf(measurement));
    }
    std::fflush(stdout);
}

int measureOne(const std::string& file, const ChartMeasuring& what, const ChartDescription& chart,
               const Limits& limits) {
    const auto picture = readPicture(file, what.transfer);
    if (!picture) return reportError(picture.error());
    auto measured = imaging::measureChart(*picture, chart);
    if (!measured) return reportError(measured.error().within(file));
    std::vector<Measurement> measurements;
    bool failed = false;
    for (const auto& reading : measured->readings) {
        measurements.push_back(limits.judge(reading, "measure", 1));
        failed = failed || measurements.back().outcome == MeasurementOutcome::Fail;
    }
    print(file, measurements, what.json);
    if (!what.overlay.empty())
        if (const auto drawn = drawMeasured(*picture, *measured, measurements, file, what.overlay); !drawn)
            return reportError(asWrongInput(drawn.error()));
    return failed ? exitStatus::unitFailed : exitStatus::success;
}

} // namespace

int measureCharts(const ChartMeasuring& what) {
    const auto file = chartFile(what.chart.empty() ? "framegate-a" : what.chart);
    if (!file) return reportError(file.error());
    const auto chart = config::readChart(*file);
    if (!chart) return reportError(asWrongInput(chart.error()));
    Limits limits;
    if (!what.limits.empty()) {
        auto read = config::readLimits(what.limits);
        if (!read) return reportError(asWrongInput(read.error()));
        limits = std::move(*read);
    }
    int status = exitStatus::success;
    for (const auto& one : what.files) {
        const int now = measureOne(one, what, *chart, limits);
        status = status == exitStatus::inputWrong || now == exitStatus::inputWrong ? exitStatus::inputWrong
                                                                                   : std::max(status, now);
    }
    return status;
}

} // namespace framegate
