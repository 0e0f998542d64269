// SPDX-License-Identifier: GPL-3.0-or-later
//
// One 5 MP picture of the chart, one thread, CPU time: libjpeg-turbo's decode to BGR as the yardstick, beside
// it walk, decode, fiducials and every measurement of the chart. All are timed in turn, again and again, and
// the medians compared: a busy machine slows all alike. With --accuracy: each measurement against known
// truth; with --opencv the part of it on pictures that OpenCV has drawn.
#include "imaging/basic_checks.h"
#include "imaging/chart_measurements.h"
#include "imaging/grey_picture.h"
#include "jpeg/validator.h"

#include "../unit/imaging/chart_scenes.h"
#include "bench/chart_accuracy.h"
#include "bench/figures.h"
#include "bench/opencv_accuracy.h"
#include "bench/yardstick.h"
#include "support/jpeg_pictures.h"

#include <algorithm>
#include <array>

namespace framegate::imaging {
namespace {

using test::Octets;

/// What the timed parts work on, and what they leave for the next.
struct Work {
    Octets bytes;
    Octets pixels;
    DecodedPicture picture;
    GreyPicture luma;
    std::optional<FoundChart> found;
    std::optional<LightSurface> light;
    std::vector<PatchColour> patches;
    std::optional<ToneCurve> curve;
    std::vector<MeasuredEdge> edges;
};

struct Part {
    const char* name;
    void (*run)(Work&);
    bool whole = false; ///< counts for the total; the others show what it is made of
};

std::span<const std::byte> asBytes(const Octets& octets) {
    return std::as_bytes(std::span(octets));
}

constexpr std::size_t yardstick = 0;
const std::array<Part, 10> parts = {{
    {"turbojpeg BGR, the yardstick", [](Work& work) { test::decodeByLibrary(work.bytes, work.pixels, 1); }},
    {"strict walk",
     [](Work& work) {
         if (!jpeg::validate(asBytes(work.bytes), {}).valid) std::abort();
     },
     true},
    {"decode", [](Work& work) { work.picture = jpeg::decode(asBytes(work.bytes)).value(); }, true},
    {"measureChart", [](Work& work) { (void)measureChart(work.picture, shippedChart()).value(); }, true},
    {"- luma", [](Work& work) { work.luma = greyOf(work.picture); }},
    {"- fiducials", [](Work& work) { work.found = findChart(work.luma, shippedChart()).value(); }},
    {"- background",
     [](Work& work) { work.light = backgroundLight(work.picture, *work.found, shippedChart()); }},
    {"- patches",
     [](Work& work) { work.patches = patchColours(work.picture, *work.found, shippedChart(), *work.light); }},
    {"- tone curve", [](Work& work) { work.curve = toneCurveOf(work.patches); }},
    {"- edges",
     [](Work& work) {
         work.edges = measureEdges(work.picture, work.luma.view(), *work.found, shippedChart(), *work.curve);
     }},
}};

/// The chart as a 5 MP sensor sends it: 4:2:2, quality 90. \a greyNoise or noise of every colour for itself:
/// that fills the picture with rare codes, which cost the walk more than the decoder.
Octets encodedChart(bool greyNoise) {
    auto scene = plainScene(2592, 1944);
    scene.view.samples = 2;
    scene.view.noise = 2;
    scene.greyNoise = greyNoise;
    scene.view.blurPx = 1.1;
    scene.cornerBlurPx = {1.3, 1.4, 1.6, 1.8};
    const auto picture = pictureOf(scene);
    Octets rgb(picture.bgr.size());
    for (std::size_t i = 0; i < rgb.size(); i += 3) {
        rgb[i] = picture.bgr[i + 2];
        rgb[i + 1] = picture.bgr[i + 1];
        rgb[i + 2] = picture.bgr[i];
    }
    test::JpegStyle style;
    style.quality = 90;
    return test::encodedJpeg(rgb, picture.size.width, picture.size.height, style);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::array<double, parts.size()> timed(Work& work) {
    constexpr int rounds = 11;
    std::array<std::vector<double>, parts.size()> times;
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const double begin = test::cpuMs();
            parts[i].run(work);
            times[i].push_back(test::cpuMs() - begin);
        }
    std::array<double, parts.size()> medians{};
    std::transform(times.begin(), times.end(), medians.begin(), median);
    return medians;
}

/// For a profiler.
int repeat(int rounds) {
    keepToOneThread();
    const auto picture = jpeg::decode(asBytes(encodedChart(true))).value();
    for (int i = 0; i < rounds; ++i)
        (void)measureChart(picture, shippedChart()).value();
    return 0;
}

/// The picture that is measured, to be looked at.
int write(const char* file) {
    const auto bytes = encodedChart(true);
    auto* out = std::fopen(file, "wb");
    const bool written = out != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size();
    if (out != nullptr) std::fclose(out);
    return written ? 0 : 2;
}

void speedWith(bool greyNoise, bool figures) {
    Work work;
    work.bytes = encodedChart(greyNoise);
    work.pixels.resize(std::size_t{2592} * 1944 * 3);
    const auto times = timed(work);
    double total = 0;
    if (!figures)
        fmt::print("2592x1944, noise of {}, {} bytes\n{:36}ms  / turbojpeg\n",
                   greyNoise ? "luma" : "every colour", work.bytes.size(), "");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        total += parts[i].whole ? times[i] : 0;
        if (!figures)
            fmt::print("{:30}{:8.2f}{:13.3f}\n", parts[i].name, times[i], times[i] / times[yardstick]);
    }
    if (figures)
        test::printFigure(fmt::format("imaging_total_vs_turbojpeg_bgr{}", greyNoise ? "" : "/colour_noise"),
                          total / times[yardstick], "1");
    else
        fmt::print("{:30}{:8.2f}{:13.3f}\n\n", "walk, decode, measureChart", total, total / times[yardstick]);
}

int speed(bool figures) {
    keepToOneThread();
    for (const bool greyNoise : {true, false})
        speedWith(greyNoise, figures);
    return 0;
}

} // namespace
} // namespace framegate::imaging

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--repeat")
        return framegate::imaging::repeat(std::atoi(argv[2]));
    if (argc == 3 && std::string_view(argv[1]) == "--picture") return framegate::imaging::write(argv[2]);
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    const bool figures = framegate::test::wantsFigures(argc, argv);
    for (const std::string_view argument : arguments) {
        if (argument == "--accuracy")
            return framegate::imaging::chartAccuracy(figures) + framegate::imaging::openCvAccuracy(figures);
        if (argument == "--opencv") return framegate::imaging::openCvAccuracy(figures);
    }
    return framegate::imaging::speed(figures);
}
