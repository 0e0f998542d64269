// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_field [--accuracy] [--figures]
//
// How long measuring a pair of pictures of a uniform field takes, beside decoding one of them. With
// --accuracy: each measurement against known truth over its range, as Markdown: bias, spread and worst of
// pictures that differ in their noise, after JPEG of quality 90. The fields are drawn by the tests, not by
// the simulation.
#include "imaging/basic_checks.h"
#include "imaging/field_measurements.h"
#include "jpeg/validator.h"

#include "bench/figures.h"
#include "support/uniform_field.h"

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <string_view>

namespace framegate {
namespace {

using imaging::FieldMeasurements;
using test::UniformField;

constexpr unsigned pairs = 8;

std::vector<std::byte> coded(const DecodedPicture& picture) {
    const cv::Mat pixels(picture.size.height, picture.size.width, CV_8UC3,
                         const_cast<std::uint8_t*>(picture.bgr.data()));
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", pixels, bytes, {cv::IMWRITE_JPEG_QUALITY, 90});
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    return {first, first + bytes.size()};
}

DecodedPicture decoded(const std::vector<std::byte>& bytes) {
    auto picture = jpeg::decode(bytes);
    if (!picture) throw std::runtime_error(picture.error().message);
    return std::move(*picture);
}

using Change = std::function<void(DecodedPicture&)>;

/// A field with a known property.
struct Condition {
    std::string name;
    std::string reading;
    double truth = 0;
    UniformField field;
    Change change = {};
};

UniformField lit(const test::Light& light, double noise = 3) {
    UniformField field;
    field.light = light;
    field.noise = noise;
    return field;
}

test::Light grey(const std::function<double(double, double)>& light) {
    return [light](double x, double y) {
        const double value = light(x, y);
        return std::array<double, 3>{value, value, value};
    };
}

Condition cornerLight(double corner) {
    return {fmt::format("corners {:.0f} % as bright", 100 * corner), "shading_corner_lowest",
            100 * (1 - (1 - corner) * 0.81), lit(test::shaded(corner))};
}

Condition axis(double right) {
    return {"lens beside the middle", "optical_centre_x", 100 * right, lit(test::shaded(0.7, right, 0))};
}

Condition slope(double share) {
    return {"light slopes", "shading_left_right", 90 * share,
            lit(grey([share](double x, double) { return 0.45 * (1 - share * x); }))};
}

Condition tinted(double share) {
    const double x = 4.0 / 9;
    const double y = 0.75 * 3.0 / 7;
    return {"corners lack red", "colour_shading_red", 100 * share * (x * x + y * y),
            lit([share](double u, double v) {
                return std::array<double, 3>{0.45 * (1 - share * (u * u + v * v)), 0.45, 0.45};
            })};
}

Condition grain(double size, double contrast) {
    return {fmt::format("dust, {:.1f} % of the width, {:.0f} %", 100 * size, 100 * contrast), "blemish_count",
            1, lit(grey([=](double x, double y) {
                const double away = 2 * std::hypot(x - 0.2131, y + 0.1417) / size;
                return 0.45 * (away < 1 ? 1 - contrast * std::min(1.0, 2 * (1 - away * away)) : 1);
            }))};
}

Condition deadOnes(int count) {
    return {"dead pixels", "dead_pixels", double(count), lit(test::shaded(0.7)),
            [count](DecodedPicture& picture) {
                for (int i = 0; i < count; ++i) {
                    const auto column = std::size_t(31 + 37 * (i % 30));
                    const auto row = std::size_t(29 + 43 * (i / 30));
                    auto* pixel = picture.bgr.data() + 3 * (row * picture.size.width + column);
                    std::fill(pixel, pixel + 3, std::uint8_t{0});
                }
            }};
}

void addToRow(DecodedPicture& picture, int row, int levels) {
    const auto begin = std::size_t(row) * picture.size.width * 3;
    for (std::size_t i = begin; i < begin + std::size_t(picture.size.width) * 3; ++i)
        picture.bgr[i] = static_cast<std::uint8_t>(std::clamp(picture.bgr[i] + levels, 0, 255));
}

Condition brightRow(int levels) {
    return {"a bright row", "row_peak", double(levels), lit(test::shaded(0.9)),
            [levels](DecodedPicture& picture) { addToRow(picture, 403, levels); }};
}

Condition bands(double amplitude) {
    return {"bands, in % of 178", "banding", 100 * amplitude / 178.5, UniformField{},
            [amplitude](DecodedPicture& picture) {
                for (int row = 0; row < picture.size.height; ++row)
                    addToRow(picture, row,
                             static_cast<int>(std::lround(amplitude * std::sin(2 * std::numbers::pi * 13 *
                                                                               row / picture.size.height))));
            }};
}

Condition noisy(double noise) {
    return {"noise", "temporal_noise", noise * std::sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114),
            lit(test::shaded(0.9), noise)};
}

std::vector<Condition> conditions() {
    return {cornerLight(0.9),   cornerLight(0.7),   cornerLight(0.45), cornerLight(0.1), axis(-0.04),
            axis(0.1),          slope(0.05),        slope(0.3),        tinted(0.1),      tinted(0.4),
            grain(0.008, 0.03), grain(0.008, 0.06), grain(0.03, 0.06), grain(0.03, 0.6), deadOnes(5),
            deadOnes(20),       deadOnes(500),      brightRow(2),      brightRow(5),     brightRow(40),
            bands(2),           bands(5),           bands(40),         noisy(2),         noisy(5),
            noisy(20)};
}

double readingOf(const FieldMeasurements& all, std::string_view name) {
    for (const auto& reading : all.readings)
        if (reading.name == name) return reading.value;
    throw std::runtime_error(std::string(name) + ": no such reading");
}

int accuracy(bool figures) {
    if (!figures)
        std::printf(
            "| field | reading | truth | bias | spread | worst |\n| --- | --- | --- | --- | --- | --- |\n");
    for (const auto& condition : conditions()) {
        std::vector<double> errors;
        for (unsigned pair = 0; pair < pairs; ++pair) {
            auto first = condition.field.picture(2 * pair + 1);
            auto second = condition.field.picture(2 * pair + 2);
            if (condition.change) condition.change(first), condition.change(second);
            const auto all = imaging::measureField(decoded(coded(first)), decoded(coded(second)),
                                                   imaging::ToneCurve::srgb(8));
            if (!all) throw std::runtime_error(condition.name + ": " + all.error().message);
            errors.push_back(readingOf(*all, condition.reading) - condition.truth);
        }
        double bias = 0;
        double worst = 0;
        for (const double error : errors) {
            bias += error / pairs;
            worst = std::max(worst, std::abs(error));
        }
        double square = 0;
        for (const double error : errors)
            square += (error - bias) * (error - bias);
        const double spread = std::sqrt(square / (pairs - 1));
        if (figures)
            test::printFigure(fmt::format("field_bias/{}/{:.4g}", condition.reading, condition.truth), bias,
                              "1");
        else
            fmt::print("| {} | `{}` | {:.4g} | {:+.2g} | {:.2g} | {:.2g} |\n", condition.name,
                       condition.reading, condition.truth, bias, spread, worst);
        std::fflush(stdout);
    }
    return 0;
}

/// Medians of milliseconds.
template <class Work>
double timeOf(const Work& work) {
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::nth_element(times.begin(), times.begin() + 7, times.end());
    return times[7];
}

int speed(bool figures) {
    auto field = lit(test::shaded(0.75));
    field.width = 2592;
    field.height = 1944;
    const auto bytes = coded(field.picture(1));
    const auto first = decoded(bytes);
    const auto second = decoded(coded(field.picture(2)));
    const double decoding = timeOf([&] { decoded(bytes); });
    const double measuring = timeOf([&] {
        if (!imaging::measureField(first, second, imaging::ToneCurve::srgb(8)))
            throw std::runtime_error("refused");
    });
    if (figures)
        test::printFigure("field_vs_decode", measuring / decoding, "1");
    else
        fmt::print(
            "2592x1944: decoding one picture {:.1f} ms, measuring a pair {:.1f} ms, {:.2f} times as long\n",
            decoding, measuring, measuring / decoding);
    return 0;
}

int run(int count, char** arguments) {
    imaging::keepToOneThread();
    bool figures = false;
    bool exact = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        if (argument != "--figures" && argument != "--accuracy")
            throw std::runtime_error(fmt::format("{}: no such option", argument));
        (argument == "--figures" ? figures : exact) = true;
    }
    return exact ? accuracy(figures) : speed(figures);
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    try {
        return framegate::run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_field: %s\n", error.what());
        return 2;
    }
}
