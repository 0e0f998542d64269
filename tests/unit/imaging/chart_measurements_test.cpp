// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_measurements.h"

#include "chart_scenes.h"

#include <cmath>
#include <gmock/gmock.h>
#include <map>
#include <numbers>

namespace framegate::imaging {
namespace {

using ::testing::Contains;

using Named = std::map<std::string, double>;

Named measured(const ChartScene& scene) {
    const auto all = measureChart(pictureOf(scene), shippedChart());
    Named named;
    if (!all) ADD_FAILURE() << all.error().message;
    if (all)
        for (const auto& reading : all->readings)
            named[reading.name] = reading.value;
    return named;
}

/// A picture of 1296 × 972 with the noise of a camera, measured once.
const Named& plain() {
    static const Named named = [] {
        auto scene = plainScene();
        scene.view.noise = 1.5;
        return measured(scene);
    }();
    return named;
}

TEST(ChartMeasurements, PlainPicture_HasEveryReadingOnceAndNoOther) {
    auto scene = plainScene();
    const auto all = measureChart(pictureOf(scene), shippedChart()).value();
    const auto names = chartReadingNames();
    std::map<std::string_view, int> seen;
    for (const auto& reading : all.readings) {
        EXPECT_THAT(names, Contains(reading.name));
        EXPECT_TRUE(std::isfinite(reading.value)) << reading.name;
        EXPECT_EQ(reading.resolution, (Resolution{1296, 972})) << reading.name;
        ++seen[reading.name];
    }
    for (const auto name : names)
        EXPECT_EQ(seen[name], name == "snr_grey" && seen[name] == 0 ? 0 : 1) << name;
}

TEST(ChartMeasurements, PlainPicture_SharpnessIsThatOfTheLens) {
    const double truth = trueMtf50(plainScene().view, 0.8);
    for (const auto* name : {"mtf50p_centre", "mtf50p_middle", "mtf50p_edge", "mtf50p_corner_lowest",
                             "mtf50p_corner_top_left", "mtf50p_sagittal", "mtf50p_tangential"})
        EXPECT_NEAR(plain().at(name), truth, 0.02 * truth) << name;
    EXPECT_NEAR(plain().at("mtf_half_nyquist_centre"), trueResponse(plainScene().view, 0.8, 0.25), 0.01);
    EXPECT_LT(plain().at("oversharpening"), 1.5);
    EXPECT_LT(plain().at("sharpness_tilt"), 3);
    EXPECT_NEAR(plain().at("corner_to_centre"), 100, 2.5);
}

TEST(ChartMeasurements, BlurredCorners_AreFoundEachInItsPlace) {
    auto scene = plainScene();
    scene.view.noise = 1.5;
    scene.cornerBlurPx = {1.0, 1.3, 1.6, 2.0};
    const auto named = measured(scene);
    std::array<double, 4> truth{};
    const std::array names = {"mtf50p_corner_top_left", "mtf50p_corner_top_right",
                              "mtf50p_corner_bottom_left", "mtf50p_corner_bottom_right"};
    for (std::size_t i = 0; i < 4; ++i) {
        truth[i] = trueMtf50(scene.view, scene.cornerBlurPx[i]);
        EXPECT_NEAR(named.at(names[i]), truth[i], 0.02 * truth[i]) << names[i];
    }
    const double mean = (truth[0] + truth[1] + truth[2] + truth[3]) / 4;
    EXPECT_NEAR(named.at("sharpness_tilt"), 100 * (truth[0] - truth[3]) / mean, 3);
    EXPECT_NEAR(named.at("sharpness_left_right"), 50 * (truth[0] + truth[2] - truth[1] - truth[3]) / mean, 2);
    EXPECT_NEAR(named.at("sharpness_top_bottom"), 50 * (truth[0] + truth[1] - truth[2] - truth[3]) / mean, 2);
    EXPECT_NEAR(named.at("corner_to_centre"), 100 * truth[3] / trueMtf50(scene.view, 0.8), 2.5);
}

TEST(ChartMeasurements, OtherToneCurve_LeavesSharpnessAlone) {
    auto scene = plainScene();
    scene.gamma = 0.6;
    const double truth = trueMtf50(scene.view, 0.8);
    EXPECT_NEAR(measured(scene).at("mtf50p_centre"), truth, 0.02 * truth);
}

TEST(ChartMeasurements, Sharpening_ShowsAsOversharpening) {
    auto scene = plainScene();
    scene.view.noise = 1.5;
    scene.gamma = 1; // so that the sharpening is linear in light
    scene.sharpening = 2;
    double peak = 0;
    for (double f = 0.01; f < 0.5; f += 0.01) {
        const double soft = std::exp(-2 * std::pow(std::numbers::pi * f, 2));
        peak = std::max(peak, trueResponse(scene.view, 0.8, f) * (1 + scene.sharpening * (1 - soft)));
    }
    ASSERT_GT(peak, 1.15);
    EXPECT_NEAR(measured(scene).at("oversharpening"), 100 * (peak - 1), 3);
}

TEST(ChartMeasurements, LateralColour_IsTheRadialShiftOfTheCorners) {
    auto scene = plainScene();
    scene.view.noise = 1.5;
    scene.redScale = 1.002;
    scene.blueScale = 0.999;
    const auto named = measured(scene);
    const double radius = 0.43 * scene.view.homography[0]; // of the edges that run across the radius
    EXPECT_NEAR(named.at("lateral_colour_red"), 0.002 * radius, 0.06);
    EXPECT_NEAR(named.at("lateral_colour_blue"), -0.001 * radius, 0.06);
    EXPECT_NEAR(plain().at("lateral_colour_red"), 0, 0.05);
}

TEST(ChartMeasurements, Exposure_IsTheLevelOfTheGreyOf18Percent) {
    auto scene = plainScene();
    scene.exposure = 0.8;
    const double level = 255 * (1.055 * std::pow(0.8 * 0.18, 1 / 2.4) - 0.055);
    EXPECT_NEAR(measured(scene).at("exposure_grey"), level, 0.5);
}

TEST(ChartMeasurements, TooMuchLight_ClipsTheWhite) {
    auto scene = plainScene();
    scene.exposure = 1.3;
    EXPECT_GT(measured(scene).at("white_clipped"), 99);
    EXPECT_EQ(plain().at("white_clipped"), 0);
}

TEST(ChartMeasurements, PowerCurve_HasItsExponentAsGamma) {
    auto scene = plainScene();
    scene.gamma = 0.52;
    scene.view.noise = 1; // without it, levels are rounded alike all over a patch
    const auto named = measured(scene);
    EXPECT_NEAR(named.at("tone_gamma"), 0.52, 0.005);
    EXPECT_NEAR(named.at("tone_smallest_step"), 255 * (std::pow(0.04, 0.52) - std::pow(0.025, 0.52)), 0.5);
}

TEST(ChartMeasurements, Gains_ShowInTheWhiteBalance) {
    auto scene = plainScene();
    scene.gains = {1.1, 1, 0.85};
    const auto named = measured(scene);
    EXPECT_NEAR(named.at("white_balance_red"), 1.1, 0.01);
    EXPECT_NEAR(named.at("white_balance_blue"), 0.85, 0.01);
    EXPECT_GT(named.at("grey_chroma"), 5);
    EXPECT_LT(plain().at("grey_chroma"), 0.5);
}

TEST(ChartMeasurements, TrueColours_DifferHardlyFromTheChart) {
    EXPECT_LT(plain().at("colour_difference_mean"), 0.5);
    EXPECT_LT(plain().at("colour_difference_max"), 1.2);
}

TEST(ChartMeasurements, WrongWhiteBalance_IsAColourDifference) {
    auto scene = plainScene();
    scene.gains = {1.15, 1, 0.9};
    EXPECT_GT(measured(scene).at("colour_difference_mean"), 2);
}

TEST(ChartMeasurements, Noise_IsThatOfLuma) {
    auto scene = plainScene();
    scene.view.noise = 4;
    const auto named = measured(scene);
    const double luma = 4 * std::sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
    EXPECT_NEAR(named.at("noise_grey"), luma, 0.12 * luma);
    EXPECT_NEAR(named.at("snr_grey"), 20 * std::log10(118 / luma), 1);
}

TEST(ChartMeasurements, Veil_IsStrayLight) {
    auto scene = plainScene();
    scene.veil = 0.02;
    EXPECT_NEAR(measured(scene).at("stray_light"), 100 * (0.04 / 0.9 - 0.02 / 0.88), 0.1);
    EXPECT_NEAR(plain().at("stray_light"), 0, 0.1);
}

TEST(ChartMeasurements, SlopeOfTheLight_IsNoNoiseAndNoColour) {
    auto scene = plainScene();
    scene.view.noise = 1.5;
    scene.slopeX = -0.2;
    scene.slopeY = 0.1;
    const auto named = measured(scene);
    EXPECT_NEAR(named.at("noise_grey"), plain().at("noise_grey"), 0.15);
    EXPECT_NEAR(named.at("chart_light_left_right"), 14, 0.7);
    EXPECT_NEAR(named.at("chart_light_top_bottom"), -5, 0.5);
    EXPECT_LT(named.at("colour_difference_mean"), 0.7);
    EXPECT_NEAR(named.at("mtf50p_centre"), plain().at("mtf50p_centre"), 0.006);
}

TEST(ChartMeasurements, Falloff_LeavesToneAndColourAlone) {
    auto scene = plainScene();
    scene.view.noise = 1.5;
    scene.falloff = 0.4;
    const auto named = measured(scene);
    EXPECT_NEAR(named.at("tone_gamma"), plain().at("tone_gamma"), 0.005);
    EXPECT_LT(named.at("colour_difference_mean"), 1);
    EXPECT_LT(std::abs(named.at("chart_light_left_right")), 0.5);
}

TEST(ChartMeasurements, SmallPicture_HasTonesAndNoNonsense) {
    auto scene = plainScene(320, 240);
    scene.view.blurPx = 0.5;
    const auto named = measured(scene);
    EXPECT_NEAR(named.at("exposure_grey"), 118, 2);
    EXPECT_LT(named.at("colour_difference_mean"), 2);
    const double truth = trueMtf50(scene.view, 0.5);
    if (const auto found = named.find("mtf50p_centre"); found != named.end()) {
        EXPECT_NEAR(found->second, truth, 0.1 * truth);
    }
}

TEST(ChartMeasurements, NoChart_PassesTheFindersCodeOn) {
    DecodedPicture grey{{640, 480}, std::vector<std::uint8_t>(640 * 480 * 3, 128)};
    const auto result = measureChart(grey, shippedChart());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "CHART_NOT_FOUND");
}

} // namespace
} // namespace framegate::imaging
