// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_focus [--figure] [--units N] [--turns T] [--disobeys P] [--seed S] [--sensor NAME] [--size WxH]
//
// How the focus figure goes with the lens's place (--figure), or how units with unset lenses are set: looks
// and time until the lens is locked, and the sharpness it was left with against that of the same units with
// their lenses in place.
#include "bench/figures.h"
#include "config/readers.h"
#include "imaging/focus_figure.h"
#include "simulation/optical_scene.h"
#include "support/virtual_lot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace framegate {
namespace {

struct Options {
    bool figure = false;
    unsigned units = 20;
    double turns = 0.5;
    double disobeys = 0;
    std::uint64_t seed = 31;
    std::string sensor = "ov2640";
    std::string size;
};

std::string fileOf(const char* folder, const std::string& name) {
    return fmt::format("{}/fixtures/{}/{}.toml", FRAMEGATE_SOURCE_DIR, folder, name);
}

/// The picture as it comes out of a JPEG.
DecodedPicture throughJpeg(const sim::SceneImage& image) {
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, 88});
    const cv::Mat back = cv::imdecode(bytes, cv::IMREAD_COLOR);
    DecodedPicture picture;
    picture.size = {image.width, image.height};
    picture.bgr.assign(back.data, back.data + back.total() * 3);
    return picture;
}

void printFigures(const Options& options, Resolution size) {
    const auto chart =
        std::make_shared<const ChartDescription>(config::readChart(fileOf("charts", "framegate-a")).value());
    const auto kind = options.sensor == "ov5642" ? sim::SensorKind::Ov5642 : sim::SensorKind::Ov2640;
    auto turned = std::make_shared<simulation::LensTurned>(0);
    const auto scene = simulation::makeOpticalScene(
        chart, kind, options.seed, simulation::goodOptics(kind, options.seed, 1), {}, 1, {}, turned);
    std::uint64_t frame = 0;
    for (const double degrees : {-180, -120, -60, -30, -20, -15, -10, -7, -5, -4, -3, -2,  -1, 0,
                                 1,    2,    3,   4,   5,   7,   10,  15, 20, 30, 60, 120, 180}) {
        turned->store(degrees / 360);
        std::vector<double> figures;
        for (int i = 0; i < 4; ++i) {
            const auto picture = throughJpeg(scene->look(size.width, size.height, ++frame, {1, true}));
            const auto figure = imaging::focusFigure(picture, *chart);
            figures.push_back(figure ? figure->whole : 0);
            if (!figure) std::printf("%s\n", figure.error().message.c_str());
        }
        const double mean = std::accumulate(figures.begin(), figures.end(), 0.0) / double(figures.size());
        const auto [low, high] = std::minmax_element(figures.begin(), figures.end());
        std::printf("%s %7.1f deg  figure %.5f  spread %.2f %%\n", size.text().c_str(), degrees, mean,
                    100 * (*high - *low) / mean);
    }
}

/// Records of a lot, by serial.
std::map<std::string, TestRecord> recordsOf(const Options& options, Resolution size, bool unset) {
    const std::string scenario =
        unset ? fmt::format(
                    "[operator]\ndisobeys = {}\n[[slot]]\nslot = 1\nfault = \"lens-unset\"\nturns = {}\n"
                    "[[slot]]\nslot = 2\nfault = \"lens-unset\"\nturns = {}\n",
                    options.disobeys, options.turns, options.turns)
              : std::string();
    test::VirtualLot lot(options.units, 2, scenario, options.sensor + "-focus.toml", options.seed);
    std::erase_if(lot.plan.main, [&](const StepSpec& step) {
        return step.type == "line-test" || step.type == "capture" || step.type == "standby-current" ||
               (!unset && step.type == "set-focus");
    });
    for (auto& step : lot.plan.main) {
        if (step.type == "set-focus") step.resolutions = {size};
        if (step.type == "picture-quality") step.scenes = {Scene::Chart};
    }
    if (const auto summary = lot.run(); !summary) throw std::runtime_error(summary.error().message);
    std::map<std::string, TestRecord> records;
    for (const auto& record : lot.store.records)
        records[record.serial] = record;
    return records;
}

double valueOf(const TestRecord& record, const std::string& name) {
    for (const auto& measurement : record.measurements)
        if (measurement.reading.name == name) return measurement.reading.value;
    return std::nan("");
}

double atShare(std::vector<double> values, double share) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * double(values.size())))];
}

void printShares(const char* name, const std::vector<double>& values) {
    std::printf("%-24s least %.3f  5 %% %.3f  median %.3f  95 %% %.3f  most %.3f\n", name, atShare(values, 0),
                atShare(values, 0.05), atShare(values, 0.5), atShare(values, 0.95), atShare(values, 1));
}

void printUnits(const Options& options, Resolution size) {
    const auto good = recordsOf(options, size, false);
    const auto set = recordsOf(options, size, true);
    std::map<std::string, std::vector<double>> all;
    std::map<std::string, unsigned> codes;
    for (const auto& [serial, record] : set) {
        ++codes[record.failureCode.empty() ? "PASS" : record.failureCode];
        const double best = valueOf(good.at(serial), "mtf50p_centre");
        if (std::isnan(valueOf(record, "focus_figure"))) {
            std::printf("%s: %s %s\n", serial.c_str(), record.failureCode.c_str(),
                        record.failureDetail.c_str());
            continue;
        }
        all["looks"].push_back(valueOf(record, "focus_looks"));
        all["time, s"].push_back(valueOf(record, "focus_time"));
        all["below peak, %"].push_back(valueOf(record, "focus_below_peak"));
        all["peak"].push_back(valueOf(record, "focus_peak"));
        all["figure"].push_back(valueOf(record, "focus_figure"));
        all["centre"].push_back(valueOf(record, "focus_centre"));
        all["corner lowest"].push_back(valueOf(record, "focus_corner_lowest"));
        all["mtf50p_centre/set"].push_back(valueOf(record, "mtf50p_centre") / best);
        all["corner_lowest/set"].push_back(valueOf(record, "mtf50p_corner_lowest") /
                                           valueOf(good.at(serial), "mtf50p_corner_lowest"));
    }
    for (const auto& [code, count] : codes)
        std::printf("%s %u\n", code.c_str(), count);
    for (const auto& [name, values] : all)
        printShares(name.c_str(), values);
}

Options parse(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string name = arguments[i];
        if (name == "--figure") {
            options.figure = true;
            continue;
        }
        if (++i == count) throw std::runtime_error(name + ": its value is missing");
        const std::string value = arguments[i];
        if (name == "--units")
            options.units = static_cast<unsigned>(std::stoul(value));
        else if (name == "--turns")
            options.turns = std::stod(value);
        else if (name == "--disobeys")
            options.disobeys = std::stod(value);
        else if (name == "--seed")
            options.seed = std::stoull(value);
        else if (name == "--sensor")
            options.sensor = value;
        else if (name == "--size")
            options.size = value;
        else
            throw std::runtime_error(name + ": no such option");
    }
    return options;
}

int run(const Options& options) {
    const auto usual = options.sensor == "ov5642" ? Resolution{2592, 1944} : Resolution{1600, 1200};
    const auto size = options.size.empty() ? usual : Resolution::parse(options.size).value();
    if (options.figure)
        printFigures(options, size);
    else
        printUnits(options, size);
    return 0;
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    return framegate::run(framegate::parse(count, arguments));
}
