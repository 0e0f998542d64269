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
#include <map>
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

struct Expected {
    std::string reading;
    double truth = 0;
};

/// A field, or darkness, with a known property.
struct Condition {
    std::string name;
    std::vector<Expected> expected;
    UniformField field;
    Change change = {};
    bool dark = false;
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
    return {fmt::format("corners {:.0f} % as bright", 100 * corner),
            {{"shading_corner_lowest", 100 * (1 - (1 - corner) * 0.81)}, {"shading_asymmetry", 0}},
            lit(test::shaded(corner))};
}

Condition axis(double right, double down) {
    return {"lens beside the middle",
            {{"optical_centre_x", 100 * right}, {"optical_centre_y", 100 * down}},
            lit(test::shaded(0.7, right, down))};
}

/// From the middle of the first tenth to that of the last are 90 % of a side.
Condition slope(double across, double down) {
    return {"light slopes",
            {{"shading_left_right", 90 * across},
             {"shading_top_bottom", 67.5 * down},
             {"shading_asymmetry", 90 * std::abs(across) + 67.5 * std::abs(down)}},
            lit(grey([=](double x, double y) { return 0.45 * (1 - across * x - down * y); }))};
}

Condition tinted(double red, double blue) {
    const double x = 4.0 / 9;
    const double y = 0.75 * 3.0 / 7;
    const double away = x * x + y * y;
    return {"corners lack red and blue",
            {{"colour_shading_red", 100 * red * away}, {"colour_shading_blue", 100 * blue * away}},
            lit([=](double u, double v) {
                const double r2 = u * u + v * v;
                return std::array<double, 3>{0.45 * (1 - red * r2), 0.45, 0.45 * (1 - blue * r2)};
            })};
}

Condition coloured(double red, double blue) {
    return {
        "a tinted field", {{"field_red_green", red}, {"field_blue_green", blue}}, lit([=](double, double) {
            return std::array<double, 3>{0.4 * red, 0.4, 0.4 * blue};
        })};
}

/// What the grain leaves of the light falls from its rim to 70 % of its width, and is even within.
Condition grain(double size, double contrast, bool seen = true) {
    std::vector<Expected> expected = {{"blemish_count", 1}};
    if (seen) expected.push_back({"blemish_contrast", 100 * contrast});
    if (seen && size >= 0.03)
        expected.push_back({"blemish_area", 100 * std::numbers::pi / 4 * size * size / 0.75});
    return {fmt::format("dust, {:.1f} % of the width, {:.0f} %", 100 * size, 100 * contrast), expected,
            lit(grey([=](double x, double y) {
                const double away = 2 * std::hypot(x - 0.2131, y + 0.1417) / size;
                return 0.45 * (away < 1 ? 1 - contrast * std::min(1.0, 2 * (1 - away * away)) : 1);
            }))};
}

std::uint8_t* pixelAt(DecodedPicture& picture, int column, int row) {
    return picture.bgr.data() + 3 * (std::size_t(row) * picture.size.width + std::size_t(column));
}

void fillPixel(DecodedPicture& picture, int column, int row, std::uint8_t level) {
    std::fill_n(pixelAt(picture, column, row), 3, level);
}

/// \a count pixels, or clusters of \a together, on a grid.
Change badPixels(int count, int together, std::uint8_t level) {
    return [=](DecodedPicture& picture) {
        for (int i = 0; i < count; ++i)
            for (int j = 0; j < together; ++j)
                fillPixel(picture, 31 + 37 * (i % 30) + j % 2, 29 + 43 * (i / 30) + j / 2, level);
    };
}

std::string badOnes(const char* kind, int together) {
    return together == 1 ? fmt::format("single {} pixels", kind)
                         : fmt::format("{} pixels, {} together", kind, together);
}

Condition deadOnes(int count, int together = 1) {
    return {badOnes("dead", together),
            {{"dead_pixels", double(count)}, {"dead_clusters", together > 1 ? double(count) : 0}},
            lit(test::shaded(0.7)),
            badPixels(count, together, 0)};
}

Condition darkness(double light) {
    const double level = 255 * 12.92 * light;
    return {"darkness",
            {{"dark_level", level}},
            lit(grey([light](double, double) { return light; }), 1),
            {},
            true};
}

Condition hotOnes(int count, int together = 1) {
    auto condition = darkness(0.001);
    condition.name = badOnes("hot", together);
    condition.expected = {{"hot_pixels", double(count)}, {"hot_clusters", together > 1 ? double(count) : 0}};
    condition.change = badPixels(count, together, 255);
    return condition;
}

void addTo(DecodedPicture& picture, int column, int row, int levels) {
    auto* pixel = pixelAt(picture, column, row);
    for (int c = 0; c < 3; ++c)
        pixel[c] = static_cast<std::uint8_t>(std::clamp(pixel[c] + levels, 0, 255));
}

Condition brightRow(int levels) {
    return {"a bright row",
            {{"row_peak", double(levels)}, {"row_sigma", levels / std::sqrt(960.0)}},
            lit(test::shaded(0.9)),
            [levels](DecodedPicture& picture) {
                for (int column = 0; column < picture.size.width; ++column)
                    addTo(picture, column, 403, levels);
            }};
}

Condition brightColumn(int levels) {
    return {"a bright column",
            {{"column_peak", double(levels)}, {"column_sigma", levels / std::sqrt(1280.0)}},
            lit(test::shaded(0.9)),
            [levels](DecodedPicture& picture) {
                for (int row = 0; row < picture.size.height; ++row)
                    addTo(picture, 701, row, levels);
            }};
}

Condition bands(double amplitude) {
    return {"bands, in % of 178",
            {{"banding", 100 * amplitude / 178.5}},
            UniformField{},
            [amplitude](DecodedPicture& picture) {
                for (int row = 0; row < picture.size.height; ++row) {
                    const double phase = 2 * std::numbers::pi * 13 * row / picture.size.height;
                    const auto levels = static_cast<int>(std::lround(amplitude * std::sin(phase)));
                    for (int column = 0; column < picture.size.width; ++column)
                        addTo(picture, column, row, levels);
                }
            }};
}

Condition noisy(double noise) {
    const double ofLuma = noise * std::sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
    return {"noise",
            {{"temporal_noise", ofLuma}, {"field_snr", 20 * std::log10(178.5 / ofLuma)}},
            lit(grey([](double, double) { return 0.45; }), noise)};
}

std::vector<Condition> conditions() {
    return {cornerLight(0.9),
            cornerLight(0.7),
            cornerLight(0.45),
            cornerLight(0.1),
            axis(-0.04, 0.02),
            axis(0.1, -0.06),
            slope(0.05, -0.03),
            slope(0.3, 0.2),
            tinted(0.1, 0.05),
            tinted(0.4, 0.4),
            coloured(1, 1),
            coloured(0.9, 1.1),
            coloured(1.12, 0.85),
            grain(0.008, 0.03, false),
            grain(0.008, 0.06),
            grain(0.03, 0.06),
            grain(0.03, 0.6),
            deadOnes(5),
            deadOnes(20),
            deadOnes(500),
            deadOnes(5, 2),
            deadOnes(5, 4),
            darkness(0.001),
            darkness(0.003),
            hotOnes(5),
            hotOnes(20),
            hotOnes(500),
            hotOnes(5, 2),
            hotOnes(5, 4),
            brightRow(2),
            brightRow(5),
            brightRow(40),
            brightColumn(5),
            brightColumn(40),
            bands(2),
            bands(5),
            bands(40),
            noisy(2),
            noisy(5),
            noisy(20)};
}

double readingOf(const FieldMeasurements& all, std::string_view name) {
    for (const auto& reading : all.readings)
        if (reading.name == name) return reading.value;
    throw std::runtime_error(std::string(name) + ": no such reading");
}

FieldMeasurements measured(const Condition& condition, unsigned pair) {
    auto first = condition.field.picture(2 * pair + 1);
    auto second = condition.field.picture(2 * pair + 2);
    if (condition.change) condition.change(first), condition.change(second);
    const auto seen = decoded(coded(first));
    auto all = condition.dark
                   ? imaging::measureDark(seen)
                   : imaging::measureField(seen, decoded(coded(second)), imaging::ToneCurve::srgb(8));
    if (!all) throw std::runtime_error(condition.name + ": " + all.error().message);
    return std::move(*all);
}

void printErrors(const Condition& condition, const Expected& expected, const std::vector<double>& errors,
                 bool figures) {
    const double count = static_cast<double>(errors.size());
    double bias = 0;
    double worst = 0;
    for (const double error : errors) {
        bias += error / count;
        worst = std::max(worst, std::abs(error));
    }
    double square = 0;
    for (const double error : errors)
        square += (error - bias) * (error - bias);
    const double spread = std::sqrt(square / (count - 1));
    if (figures)
        test::printFigure(
            fmt::format("field_bias/{}/{}/{:.4g}", condition.name, expected.reading, expected.truth), bias,
            "1");
    else
        fmt::print("| {} | `{}` | {:.4g} | {:+.2g} | {:.2g} | {:.2g} |\n", condition.name, expected.reading,
                   expected.truth, bias, spread, worst);
}

int accuracy(bool figures) {
    if (!figures)
        std::printf(
            "| field | reading | truth | bias | spread | worst |\n| --- | --- | --- | --- | --- | --- |\n");
    for (const auto& condition : conditions()) {
        std::map<std::string, std::vector<double>> errors;
        for (unsigned pair = 0; pair < pairs; ++pair) {
            const auto all = measured(condition, pair);
            for (const auto& expected : condition.expected)
                errors[expected.reading].push_back(readingOf(all, expected.reading) - expected.truth);
        }
        for (const auto& expected : condition.expected)
            printErrors(condition, expected, errors[expected.reading], figures);
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
