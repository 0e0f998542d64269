// SPDX-License-Identifier: GPL-3.0-or-later
//
// The error of MTF50 on frames of edges of known sharpness, beside MTF Mapper's on the same frames, and the
// CPU time an edge takes.
#include "imaging/grey_picture.h"
#include "imaging/slanted_edge.h"
#include "imaging/square_list.h"
#include "jpeg/validator.h"

#include "base/files.h"
#include "bench/figures.h"
#include "support/edge_errors.h"
#include "support/jpeg_pictures.h"
#include "support/synthetic_edges.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>

namespace framegate {
namespace {

const std::filesystem::path folder = std::filesystem::path(FRAMEGATE_SHARED_DIR) / "mtf";
constexpr std::size_t largestFile = 64 << 20;

struct Frame {
    const char* file;
    const char* mapper; ///< median / 95th percentile of MTF Mapper 0.7.38
};

constexpr Frame frames[] = {{"set0_lin16.png", "0.08 / 0.41"},  {"set0_srgb8.png", "0.77 / 1.03"},
                            {"set0_noise8.png", "0.41 / 1.17"}, {"set0_jpg90.jpg", "-"},
                            {"set0_jpg80.jpg", "0.53 / 3.34"},  {"set0_jpg60.jpg", "1.15 / 8.85"}};

double cpuUs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

Result<imaging::GreyPicture> readFrame(const std::filesystem::path& path) {
    const auto bytes = readFile(path, largestFile);
    if (!bytes) return passOn(bytes);
    if (path.extension() != ".jpg") return imaging::decodeGrey(*bytes, path.string());
    const auto picture = jpeg::decode(*bytes);
    if (!picture) return passOn(picture);
    return imaging::greyOf(*picture);
}

struct MeasuredFrame {
    test::EdgeErrors errors;
    double us = 0; ///< of CPU time an edge
};

MeasuredFrame measure(const imaging::GreyPicture& picture,
                      const std::vector<imaging::ListedSquare>& squares) {
    const auto curve = picture.bits == 16 ? imaging::ToneCurve::linear(16) : imaging::ToneCurve::srgb(8);
    MeasuredFrame measured;
    for (const auto& square : squares)
        for (const auto& place : imaging::edgesOf(square.place)) {
            const double begin = cpuUs();
            const auto sharpness = imaging::measureEdge(picture.view(), curve, place);
            measured.us += cpuUs() - begin;
            measured.errors.add(sharpness, square.mtf50);
        }
    measured.us /= static_cast<double>(measured.errors.count());
    return measured;
}

void printErrors(std::string_view name, const test::EdgeErrors& errors) {
    fmt::print("{:28} {:6} {:7} {:8.3f} {:8.3f} {:8.3f} {:+8.3f} {:9.2f}", name, errors.count(),
               errors.failed(), errors.percentile(0.5), errors.percentile(0.95), errors.percentile(1),
               errors.bias(), errors.ratio());
}

void print(const Frame& frame, const MeasuredFrame& measured, bool figures) {
    const auto name = std::filesystem::path(frame.file).stem().string();
    if (!figures) {
        printErrors(name, measured.errors);
        fmt::print(" {:8.0f}   {}\n", measured.us, frame.mapper);
        return;
    }
    for (const auto& alias : {name, name.substr(name.find('_') + 1)}) {
        test::printFigure("mtf50_error_median_percent/" + alias, measured.errors.percentile(0.5), "%");
        test::printFigure("mtf50_error_p95_percent/" + alias, measured.errors.percentile(0.95), "%");
    }
    test::printFigure("mtf50_edge_cpu/" + name, measured.us, "us");
}

std::optional<std::vector<imaging::ListedSquare>> readSquares() {
    const auto text = readTextFile(folder / "set0_squares.csv", largestFile);
    if (!text) return std::nullopt;
    auto squares = imaging::parseSquares(*text, "set0_squares.csv");
    if (!squares) return std::nullopt;
    return std::move(*squares);
}

/// How an edge of our own is made into a picture.
struct Rendering {
    const char* name;
    int bits;
    double noise; ///< levels
    int quality;  ///< 0: no JPEG
};

constexpr Rendering renderings[] = {{"16 bits", 16, 0, 0},
                                    {"noise", 8, 2.5, 0},
                                    {"q90", 8, 2.5, 90},
                                    {"q80", 8, 2.5, 80},
                                    {"q60", 8, 2.5, 60}};

struct Lens {
    const char* name;
    test::Mtf (*mtf)(); ///< without the pixels' area
};

constexpr Lens lenses[] = {
    {"Gaussian 0.1", [] { return test::gaussianMtf(0.1); }},
    {"Gaussian 0.25", [] { return test::gaussianMtf(0.25); }},
    {"Gaussian 0.45", [] { return test::gaussianMtf(0.45); }},
    {"disc of 1.5 px", [] { return test::defocusMtf(1.5, 0.3); }},
    {"disc of 3 px", [] { return test::defocusMtf(3, 0.4); }},
    {"sharpened 0.5", [] { return test::sharpened(test::gaussianMtf(0.3), 0.5, 0.8); }},
    {"sharpened 1.2", [] { return test::sharpened(test::gaussianMtf(0.3), 1.2, 1.0); }},
};

void throughJpeg(test::EdgePicture& picture, int quality) {
    test::JpegStyle style;
    style.quality = quality;
    std::vector<std::uint8_t> rgb;
    for (const auto level : picture.narrow)
        rgb.insert(rgb.end(), 3, level);
    const auto bytes = test::encodedJpeg(rgb, picture.size.width, picture.size.height, style);
    const auto decoded = jpeg::decode(std::as_bytes(std::span(bytes)));
    if (decoded) picture.narrow = imaging::greyOf(*decoded).narrow;
}

test::EdgeErrors measureOwn(const Lens& lens, const Rendering& rendering) {
    test::EdgeErrors errors;
    unsigned seed = 0;
    for (const double angle : {-11.0, -7.5, -5.0, -3.0, 2.5, 4.0, 6.5, 9.0}) {
        const auto mtf = test::throughPixels(lens.mtf(), angle);
        const test::EdgeSpread spread(mtf);
        const double truth = test::fallsTo(mtf, 0.5);
        for (const bool steep : {true, false}) {
            test::EdgeScene scene{320, 320, steep, angle, 0.15, 0.6};
            scene.bits = rendering.bits;
            scene.noise = rendering.noise;
            scene.seed = ++seed;
            scene.offset = 0.05 * seed;
            auto picture = test::rendered(spread, scene);
            if (rendering.quality > 0) throughJpeg(picture, rendering.quality);
            errors.add(imaging::measureEdge(picture.view(), picture.curve(), test::placeOf(scene)), truth);
        }
    }
    return errors;
}

void printOwn() {
    fmt::print("\nedges of our own, through square pixels, slants 2.5 to 11 degrees; noise of 2.5 levels\n");
    for (const auto& lens : lenses)
        for (const auto& rendering : renderings) {
            printErrors(fmt::format("{}, {}", lens.name, rendering.name), measureOwn(lens, rendering));
            fmt::print("\n");
        }
}

void measureFrames(bool figures) {
    const auto squares = readSquares();
    if (!squares) {
        fmt::print(stderr, "no frames of known sharpness beside the project: none measured\n");
        return;
    }
    for (const auto& frame : frames) {
        const auto picture = readFrame(folder / frame.file);
        if (picture)
            print(frame, measure(*picture, *squares), figures);
        else
            fmt::print(stderr, "{}\n", picture.error().message);
    }
}

int run(bool figures) {
    if (!figures)
        fmt::print("error of MTF50 in %; ratio: root mean square of error / stated uncertainty\n"
                   "frame                         edges  failed   median      p95      max     bias     "
                   "ratio  us/edge"
                   "   MTF Mapper\n");
    measureFrames(figures);
    if (!figures) printOwn();
    return 0;
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    return framegate::run(framegate::test::wantsFigures(argc, argv));
}
