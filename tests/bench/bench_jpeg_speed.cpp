// SPDX-License-Identifier: GPL-3.0-or-later
//
// The entropy walk beside libjpeg-turbo's full and 1/8 decode, on 5 MP 4:2:2 pictures, one thread, CPU time.
// The three are timed in turn, again and again, and the medians compared: a busy machine slows all alike.
#include "jpeg/validator.h"

#include "bench/figures.h"
#include "bench/yardstick.h"
#include "support/jpeg_pictures.h"

#include <algorithm>
#include <array>

namespace framegate {
namespace {

constexpr unsigned width = 2592;
constexpr unsigned height = 1944;

using test::Octets;

bool walk(const Octets& bytes) {
    return jpeg::validate(std::as_bytes(std::span(bytes)), {}).valid;
}

struct Times {
    double walk;
    double full;
    double eighth;
};

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

template <class Work>
double timed(Work&& work) {
    const double begin = test::cpuMs();
    work();
    return test::cpuMs() - begin;
}

Times measure(const Octets& bytes) {
    Octets pixels(std::size_t{width} * height * 3);
    constexpr int rounds = 15;
    std::array<std::vector<double>, 3> times;
    for (int round = 0; round < rounds; ++round) {
        times[0].push_back(timed([&] {
            if (!walk(bytes)) std::abort();
        }));
        times[1].push_back(timed([&] { test::decodeByLibrary(bytes, pixels, 1); }));
        times[2].push_back(timed([&] { test::decodeByLibrary(bytes, pixels, 8); }));
    }
    return {median(times[0]), median(times[1]), median(times[2])};
}

int run(bool figures) {
    double worst = 0;
    const auto pixels = test::photoPixels(width, height, 1);
    if (!figures) fmt::print("quality     bytes   walk ms   BGR ms   1/8 ms   walk/BGR   1/8/BGR\n");
    for (const int quality : {60, 70, 80, 90, 95}) {
        test::JpegStyle style;
        style.quality = quality;
        const auto bytes = test::encodedJpeg(pixels, width, height, style);
        const auto times = measure(bytes);
        const double ratio = times.walk / times.full;
        worst = std::max(worst, ratio);
        if (figures)
            test::printFigure(fmt::format("jpeg_walk_vs_turbojpeg_bgr/q{}", quality), ratio, "1");
        else
            fmt::print("{:7}{:10}{:10.2f}{:9.2f}{:9.2f}{:11.3f}{:10.3f}\n", quality, bytes.size(), times.walk,
                       times.full, times.eighth, ratio, times.eighth / times.full);
    }
    if (figures)
        test::printFigure("jpeg_walk_vs_turbojpeg_bgr", worst, "1");
    else
        fmt::print("worst walk/BGR {:.3f}\n", worst);
    return 0;
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    return framegate::run(framegate::test::wantsFigures(argc, argv));
}
