// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/chart_accuracy.h"

#include "imaging/chart_measurements.h"
#include "imaging/colour_difference.h"

#include "../unit/imaging/chart_scenes.h"
#include "bench/figures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr double lensPx = 0.8;
constexpr int views = 3;
constexpr int seeds = 4;

/// What a scene's reading should be.
struct Truth {
    std::string reading;
    double value;
};

/// One row of the table's left side: how the plain scene is changed, and what must come out.
struct Condition {
    std::string name;
    int width = 1296;
    int height = 972;
    std::function<void(ChartScene&)> set;
    std::function<std::vector<Truth>(const ChartScene&)> truths;
};

double shareOfLevels(double light) {
    return 255 * (1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

Condition blurred(double blurPx, int width = 1296, int height = 972) {
    const auto set = [blurPx](ChartScene& scene) { scene.view.blurPx = blurPx; };
    const auto truths = [blurPx](const ChartScene& scene) -> std::vector<Truth> {
        const double mtf = trueMtf50(scene.view, blurPx);
        return {{"mtf50p_centre", mtf},
                {"mtf50p_middle", mtf},
                {"mtf50p_corner_top_left", mtf},
                {"mtf50p_sagittal", mtf},
                {"mtf50p_tangential", mtf},
                {"mtf_half_nyquist_centre", trueResponse(scene.view, blurPx, 0.25)}};
    };
    return {fmt::format("blur {:.1f} px, {}x{}", blurPx, width, height), width, height, set, truths};
}

Condition tilted(std::array<double, 4> corners) {
    const auto set = [corners](ChartScene& scene) { scene.cornerBlurPx = corners; };
    const auto truths = [corners](const ChartScene& scene) -> std::vector<Truth> {
        std::array<double, 4> mtf{};
        std::transform(corners.begin(), corners.end(), mtf.begin(),
                       [&](double blur) { return trueMtf50(scene.view, blur); });
        const auto [least, most] = std::minmax_element(mtf.begin(), mtf.end());
        const double mean = (mtf[0] + mtf[1] + mtf[2] + mtf[3]) / 4;
        return {{"mtf50p_corner_lowest", *least},
                {"corner_to_centre", 100 * *least / trueMtf50(scene.view, lensPx)},
                {"sharpness_tilt", 100 * (*most - *least) / mean},
                {"sharpness_left_right", 50 * (mtf[0] + mtf[2] - mtf[1] - mtf[3]) / mean},
                {"sharpness_top_bottom", 50 * (mtf[0] + mtf[1] - mtf[2] - mtf[3]) / mean}};
    };
    return {
        fmt::format("corners {:.1f} {:.1f} {:.1f} {:.1f} px", corners[0], corners[1], corners[2], corners[3]),
        1296, 972, set, truths};
}

Condition sharpened(double amount) {
    const auto set = [amount](ChartScene& scene) {
        scene.gamma = 1;
        scene.sharpening = amount;
    };
    const auto truths = [amount](const ChartScene& scene) -> std::vector<Truth> {
        double peak = 1;
        for (double f = 0.005; f < 0.5; f += 0.005) {
            const double soft = std::exp(-2 * std::pow(std::numbers::pi * f, 2));
            peak = std::max(peak, trueResponse(scene.view, lensPx, f) * (1 + amount * (1 - soft)));
        }
        return {{"oversharpening", 100 * (peak - 1)}};
    };
    return {fmt::format("unsharp mask of {:.1f}", amount), 1296, 972, set, truths};
}

Condition fringed(double red, double blue) {
    const auto set = [=](ChartScene& scene) {
        scene.redScale = red;
        scene.blueScale = blue;
    };
    const auto truths = [=](const ChartScene& scene) -> std::vector<Truth> {
        const double radius = 0.43 * scene.view.homography[0];
        return {{"lateral_colour_red", (red - 1) * radius}, {"lateral_colour_blue", (blue - 1) * radius}};
    };
    return {fmt::format("red x {}, blue x {}", red, blue), 1296, 972, set, truths};
}

Condition exposed(double exposure) {
    const auto set = [=](ChartScene& scene) { scene.exposure = exposure; };
    const auto truths = [=](const ChartScene&) -> std::vector<Truth> {
        return {{"exposure_grey", shareOfLevels(0.18 * exposure)},
                {"chart_light_level", shareOfLevels(0.72 * exposure)}};
    };
    return {fmt::format("exposure x {}", exposure), 1296, 972, set, truths};
}

Condition toned(double gamma) {
    const auto set = [=](ChartScene& scene) { scene.gamma = gamma; };
    const auto truths = [=](const ChartScene& scene) -> std::vector<Truth> {
        const double step =
            255 * (std::pow(0.04 * scene.exposure, gamma) - std::pow(0.025 * scene.exposure, gamma));
        return {{"tone_gamma", gamma},
                {"tone_smallest_step", step},
                {"mtf50p_centre", trueMtf50(scene.view, lensPx)}};
    };
    return {fmt::format("tone curve: power of {}", gamma), 1296, 972, set, truths};
}

double trueDifference(std::array<double, 3> gains, bool worst) {
    double sum = 0;
    double most = 0;
    int count = 0;
    for (const auto& patch : shippedChart().patches) {
        if (patch.grey || patch.mirrored) continue;
        const auto& c = patch.colour;
        const double off = deltaE00(labOf(c), labOf({gains[0] * c[0], gains[1] * c[1], gains[2] * c[2]}));
        sum += off;
        most = std::max(most, off);
        ++count;
    }
    return worst ? most : sum / count;
}

Condition tinted(std::array<double, 3> gains) {
    const auto set = [=](ChartScene& scene) { scene.gains = gains; };
    const auto truths = [=](const ChartScene&) -> std::vector<Truth> {
        return {{"white_balance_red", gains[0]},
                {"white_balance_blue", gains[2]},
                {"grey_chroma", gains[0] == 1 && gains[2] == 1 ? 0 : NAN},
                {"colour_difference_mean", trueDifference(gains, false)},
                {"colour_difference_max", trueDifference(gains, true)}};
    };
    return {fmt::format("gains {:.2f} {:.2f} {:.2f}", gains[0], gains[1], gains[2]), 1296, 972, set, truths};
}

Condition noisy(double noise) {
    const auto set = [=](ChartScene& scene) {
        scene.view.noise = noise;
        scene.view.quality = 0; // compression takes noise away
    };
    const auto truths = [=](const ChartScene& scene) -> std::vector<Truth> {
        const double rounded = std::sqrt(noise * noise + 1.0 / 12);
        return {{"noise_grey", rounded},
                {"snr_grey", 20 * std::log10(shareOfLevels(0.18 * scene.exposure) / rounded)}};
    };
    return {fmt::format("noise {:.1f} DN, not compressed", noise), 1296, 972, set, truths};
}

Condition lit(double slopeX, double slopeY, double falloff) {
    const auto set = [=](ChartScene& scene) {
        scene.slopeX = slopeX;
        scene.slopeY = slopeY;
        scene.falloff = falloff;
    };
    const auto truths = [=](const ChartScene& scene) -> std::vector<Truth> {
        std::vector<Truth> all = {{"colour_difference_mean", 0},
                                  {"mtf50p_centre", trueMtf50(scene.view, lensPx)}};
        if (falloff == 0)
            all.insert(all.end(), {{"chart_light_left_right", -100 * slopeX * 0.7},
                                   {"chart_light_top_bottom", -100 * slopeY * 0.5}});
        return all;
    };
    return {fmt::format("light {:+.0f} % x, {:+.0f} % y, falloff {:.0f} %", 100 * slopeX, 100 * slopeY,
                        100 * falloff),
            1296, 972, set, truths};
}

/// As exposed() and tinted(), where patches have a dozen pixels a side.
Condition small() {
    const auto set = [](ChartScene& scene) {
        scene.gains = {1.12, 1, 0.88};
        scene.view.blurPx = 0.6;
    };
    const auto truths = [](const ChartScene& scene) -> std::vector<Truth> {
        return {{"white_balance_red", 1.12},
                {"white_balance_blue", 0.88},
                {"colour_difference_mean", trueDifference(scene.gains, false)}};
    };
    return {"gains 1.12 1.00 0.88, 320x240", 320, 240, set, truths};
}

Condition veiled(double veil) {
    const auto set = [=](ChartScene& scene) { scene.veil = veil; };
    const auto truths = [=](const ChartScene& scene) -> std::vector<Truth> {
        const double white = 0.88 * scene.exposure + veil;
        return {{"stray_light", 100 * ((0.02 * scene.exposure + veil) / white - 0.02 / 0.88)}};
    };
    return {fmt::format("stray light of {:.1f} %", 100 * veil), 1296, 972, set, truths};
}

std::vector<Condition> conditions() {
    return {blurred(0.8),
            blurred(1.2),
            blurred(1.8),
            blurred(2.8),
            blurred(1.2, 2592, 1944),
            blurred(0.8, 640, 480),
            tilted({1.0, 1.3, 1.6, 2.0}),
            tilted({1.1, 1.1, 1.3, 1.3}),
            sharpened(1.5),
            sharpened(2.5),
            fringed(1.001, 0.9995),
            fringed(0.997, 1.003),
            exposed(0.5),
            exposed(0.9),
            toned(0.42),
            toned(0.6),
            tinted({1, 1, 1}),
            tinted({1.12, 1, 0.88}),
            tinted({0.85, 1, 1.2}),
            small(),
            veiled(0),
            veiled(0.02),
            noisy(1),
            noisy(2),
            noisy(5),
            lit(0.1, -0.05, 0),
            lit(-0.3, 0.2, 0),
            lit(0, 0, 0.4)};
}

/// Errors of one reading under one condition.
struct Errors {
    double truth = 0;
    std::vector<double> all;

    double bias() const {
        double sum = 0;
        for (const double error : all)
            sum += error;
        return sum / double(all.size());
    }
    double spread() const {
        double sum = 0;
        for (const double error : all)
            sum += (error - bias()) * (error - bias());
        return std::sqrt(sum / double(std::max<std::size_t>(all.size() - 1, 1)));
    }
    double worst() const {
        double most = 0;
        for (const double error : all)
            most = std::max(most, std::abs(error));
        return most;
    }
};

/// The chart as it may lie in a fixture.
ChartScene sceneAt(const Condition& condition, int view, int seed) {
    auto scene = plainScene(condition.width, condition.height);
    scene.view.homography = viewOf(condition.width, condition.height, 1.03 + 0.02 * view, 0.5 - 0.7 * view,
                                   2.3 - 1.9 * view, 1.45 * view - 1.7);
    if (condition.width > 2000) scene.view.samples = 2;
    scene.view.blurPx = lensPx;
    scene.view.noise = 2;
    scene.view.quality = 90;
    scene.greyNoise = true;
    scene.exposure = 0.9;
    scene.seed = std::uint64_t(100 * view + 7 * seed + 3);
    condition.set(scene);
    return scene;
}

/// A picture that cannot be measured adds nothing, and is told of.
void measureOne(const Condition& condition, const ChartScene& scene, std::map<std::string, Errors>& errors) {
    const auto measured = measureChart(pictureOf(scene), shippedChart());
    if (!measured) {
        fmt::print(stderr, "{}: {}\n", condition.name, measured.error().message);
        return;
    }
    for (const auto& truth : condition.truths(scene))
        for (const auto& reading : measured->readings)
            if (reading.name == truth.reading && std::isfinite(truth.value)) {
                errors[truth.reading].truth = truth.value;
                errors[truth.reading].all.push_back(reading.value - truth.value);
            }
}

} // namespace

int chartAccuracy(bool figures) {
    if (!figures)
        fmt::print("| pictures | reading | truth | bias | spread | worst |\n| --- | --- | --- | --- | --- | "
                   "--- |\n");
    for (const auto& condition : conditions()) {
        std::map<std::string, Errors> errors;
        const bool large = condition.width > 2000;
        for (int view = 0; view < (large ? 1 : views); ++view)
            for (int seed = 0; seed < seeds; ++seed)
                measureOne(condition, sceneAt(condition, view, seed), errors);
        for (const auto& [reading, one] : errors) {
            if (figures)
                test::printFigure(fmt::format("chart_bias/{}/{}", reading, condition.name), one.bias(), "1");
            else
                fmt::print("| {} | `{}` | {:.4g} | {:+.2g} | {:.2g} | {:.2g} |\n", condition.name, reading,
                           one.truth, one.bias(), one.spread(), one.worst());
        }
        std::fflush(stdout);
    }
    return 0;
}

} // namespace framegate::imaging
