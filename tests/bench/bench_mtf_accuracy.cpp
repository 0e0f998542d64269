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

/// By linear interpolation between the sorted values.
double percentile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

struct Errors {
    std::vector<double> sizes; ///< |error|, %
    double sum = 0;            ///< of the signed errors
    double squaredRatios = 0;  ///< of error to stated uncertainty
    std::size_t failed = 0;
    double us = 0;
};

Errors measure(const imaging::GreyPicture& picture, const std::vector<imaging::ListedSquare>& squares) {
    const auto curve = picture.bits == 16 ? imaging::ToneCurve::linear(16) : imaging::ToneCurve::srgb(8);
    Errors errors;
    for (const auto& square : squares)
        for (const auto& place : imaging::edgesOf(square.place)) {
            const double begin = cpuUs();
            const auto sharpness = imaging::measureEdge(picture.view(), curve, place);
            errors.us += cpuUs() - begin;
            const double error = sharpness ? 100 * (sharpness->mtf50 / square.mtf50 - 1) : 100;
            errors.sizes.push_back(std::abs(error));
            errors.sum += error;
            errors.failed += !sharpness;
            const double stated = sharpness ? 100 * sharpness->mtf50Uncertainty / square.mtf50 : 1;
            errors.squaredRatios += error * error / (stated * stated);
        }
    std::sort(errors.sizes.begin(), errors.sizes.end());
    return errors;
}

void print(const Frame& frame, const Errors& errors, bool figures) {
    const auto name = std::filesystem::path(frame.file).stem().string();
    const auto count = static_cast<double>(errors.sizes.size());
    const double median = percentile(errors.sizes, 0.5);
    const double high = percentile(errors.sizes, 0.95);
    if (figures) {
        for (const auto& alias : {name, name.substr(name.find('_') + 1)}) {
            test::printFigure("mtf50_error_median_percent/" + alias, median, "%");
            test::printFigure("mtf50_error_p95_percent/" + alias, high, "%");
        }
        test::printFigure("mtf50_edge_cpu/" + name, errors.us / count, "us");
        return;
    }
    fmt::print("{:12} {:6} {:7} {:8.3f} {:8.3f} {:8.3f} {:+8.3f} {:9.2f} {:8.0f}   {}\n", name,
               errors.sizes.size(), errors.failed, median, high, errors.sizes.back(), errors.sum / count,
               std::sqrt(errors.squaredRatios / count), errors.us / count, frame.mapper);
}

std::optional<std::vector<imaging::ListedSquare>> readSquares() {
    const auto text = readTextFile(folder / "set0_squares.csv", largestFile);
    if (!text) return std::nullopt;
    auto squares = imaging::parseSquares(*text, "set0_squares.csv");
    if (!squares) return std::nullopt;
    return std::move(*squares);
}

int run(bool figures) {
    const auto squares = readSquares();
    if (!squares) {
        fmt::print(stderr, "no frames of known sharpness beside the project: nothing measured\n");
        return 0;
    }
    if (!figures)
        fmt::print("error of MTF50 in %; ratio: root mean square of error / stated uncertainty\n"
                   "frame         edges  failed   median      p95      max     bias     ratio  us/edge   "
                   "MTF Mapper\n");
    for (const auto& frame : frames) {
        const auto picture = readFrame(folder / frame.file);
        if (picture)
            print(frame, measure(*picture, *squares), figures);
        else
            fmt::print(stderr, "{}\n", picture.error().message);
    }
    return 0;
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    return framegate::run(framegate::test::wantsFigures(argc, argv));
}
