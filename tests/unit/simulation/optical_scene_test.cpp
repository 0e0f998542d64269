// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/optical_scene.h"

#include "config/readers.h"
#include "protocol/messages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>

namespace framegate::simulation {
namespace {

constexpr auto sensor = sim::SensorKind::Ov2640;
constexpr sim::Development bare{1, false};

std::shared_ptr<const ChartDescription> chart() {
    static const auto shipped = std::make_shared<const ChartDescription>(
        config::readChart(FRAMEGATE_SOURCE_DIR "/fixtures/charts/framegate-a.toml").value());
    return shipped;
}

/// A module without spread, noise or sharpening.
UnitOptics plainOptics() {
    UnitOptics optics;
    optics.blur = optics.blurCorner = 0.6;
    return optics;
}

std::unique_ptr<sim::Scene> sceneOf(const UnitOptics& optics) {
    return makeOpticalScene(chart(), sensor, 1, optics);
}

sim::SceneImage shot(const UnitOptics& optics, std::uint8_t outputs = 0,
                     const sim::Development& development = bare) {
    const auto scene = sceneOf(optics);
    scene->lightUp(outputs);
    return scene->look(1600, 1200, 1, development);
}

int level(const sim::SceneImage& image, double x, double y, std::size_t channel = 1) {
    const auto column = static_cast<std::size_t>(x * image.width);
    const auto row = static_cast<std::size_t>(y * image.width);
    return image.rgb[3 * (row * image.width + column) + channel];
}

constexpr std::uint8_t chartLight = wire::outputBit(wire::Output::ChartLight);
constexpr std::uint8_t diffuser = wire::outputBit(wire::Output::Diffuser);
constexpr std::uint8_t shutter = wire::outputBit(wire::Output::Shutter);

TEST(OpticalScene, Greys_AreTheSrgbLevelsOfTheirReflectance) {
    const auto image = shot(plainOptics());
    for (const auto& square : chart()->squares)
        EXPECT_NEAR(level(image, square.centre.x, square.centre.y), 118, 1) << square.name;
    EXPECT_NEAR(level(image, 0.02, 0.02), 220, 1);
}

TEST(OpticalScene, Light_ActsBeforeTheCurve) {
    const auto half = shot(plainOptics(), 0, {0.5, true});
    EXPECT_NEAR(level(half, 0.3972, 0.375), 85, 1); // 0.09 of full white, as sRGB
}

TEST(OpticalScene, Diffuser_IsUniformAndShutterDark) {
    const auto field = shot(plainOptics(), diffuser);
    EXPECT_NEAR(level(field, 0.1, 0.1), level(field, 0.9, 0.6), 2);
    EXPECT_GT(level(field, 0.5, 0.4), 150);
    EXPECT_EQ(level(shot(plainOptics(), diffuser | shutter), 0.5, 0.4), 0);
}

TEST(OpticalScene, Brightness_IsThatOfWhatIsShown) {
    const auto scene = sceneOf(plainOptics());
    EXPECT_EQ(scene->brightness(), 1);
    scene->lightUp(shutter);
    EXPECT_EQ(scene->brightness(), 0);
}

TEST(OpticalScene, CornerLight_IsThatShareInLinearLight) {
    auto optics = plainOptics();
    optics.cornerLight = 0.5;
    const auto field = shot(optics, diffuser);
    const double centre = std::pow((level(field, 0.5, 0.375) / 255.0 + 0.055) / 1.055, 2.4);
    const double corner = std::pow((level(field, 0.001, 0.001) / 255.0 + 0.055) / 1.055, 2.4);
    EXPECT_NEAR(corner / centre, 0.5, 0.02);
}

TEST(OpticalScene, DeadPixel_IsRepairedUnlessItIsToldNotTo) {
    auto optics = plainOptics();
    optics.pixels = {{800, 600, false, false}};
    EXPECT_LT(level(shot(optics, diffuser), 0.5001, 0.37501), 20);
    EXPECT_GT(level(shot(optics, diffuser, {1, true}), 0.5001, 0.37501), 150);
}

TEST(OpticalScene, Cluster_IsBeyondRepair) {
    auto optics = plainOptics();
    optics.pixels = {{800, 600, true, true}, {801, 600, true, true}};
    EXPECT_GT(level(shot(optics, shutter, {1, true}), 0.5001, 0.37501), 200);
}

TEST(OpticalScene, Dust_TakesItsShareInTheMiddle) {
    auto optics = plainOptics();
    const int clean = level(shot(optics, diffuser), 0.3, 0.3);
    optics.dust = {{0.3, 0.3, 0.02, 0.4}};
    const auto dusty = shot(optics, diffuser);
    const auto light = [](int value) { return std::pow((value / 255.0 + 0.055) / 1.055, 2.4); };
    EXPECT_NEAR(light(level(dusty, 0.3, 0.3)) / light(clean), 0.6, 0.02);
    EXPECT_EQ(level(dusty, 0.32, 0.3), clean);
}

/// Levels from one side of an edge to the other: the sharper, the more.
int stepAcross(const sim::SceneImage& image) {
    const double edge = 0.3972 + 0.0375;
    return std::abs(level(image, edge + 0.004, 0.375) - level(image, edge - 0.004, 0.375));
}

TEST(OpticalScene, TurnedLens_BlursEitherWayAndComesBackSharp) {
    auto optics = plainOptics();
    optics.blurPerTurn = 20;
    auto turned = std::make_shared<LensTurned>(0);
    const auto scene = makeOpticalScene(chart(), sensor, 1, optics, {}, 1, {}, turned);
    const auto shotAt = [&](double turns) {
        turned->store(turns);
        return scene->look(1600, 1200, 1, bare);
    };
    const auto sharp = shotAt(0);
    const int out = stepAcross(shotAt(0.4));
    const int in = stepAcross(shotAt(-0.4));
    EXPECT_LT(out, 0.8 * stepAcross(sharp));
    EXPECT_NEAR(in, out, 3);
    EXPECT_LT(stepAcross(shotAt(0.8)), out);
    EXPECT_EQ(shotAt(0).rgb, sharp.rgb);
}

TEST(OpticalScene, TiltedLens_IsSharpestInItsCornerSomewhereElse) {
    auto optics = plainOptics();
    optics.blurPerTurn = 20;
    optics.tiltBlur = 4;
    optics.tiltDegrees = 0; // the right side is out of focus
    const auto right = [&](double turns) {
        optics.lensTurns = turns;
        const auto image = shot(optics);
        const double edge = 0.93 - 0.045;
        return std::abs(level(image, edge + 0.002, 0.225) - level(image, edge - 0.002, 0.225));
    };
    EXPECT_GT(right(-0.15), right(0));
    EXPECT_LT(right(0.15), right(0));
}

TEST(OpticalScene, SameSeed_GivesTheSamePictures) {
    const auto good = goodOptics(sensor, 5, 1);
    EXPECT_EQ(shot(good).rgb, shot(good).rgb);
    EXPECT_NE(shot(good).rgb, shot(goodOptics(sensor, 6, 1)).rgb);
}

/// The chart as a sensor with that exposure sees it under \a light.
sim::SceneImage under(const FixtureLight& light, double exposure = 1, std::uint8_t outputs = chartLight) {
    const auto scene = makeOpticalScene(chart(), sensor, 1, plainOptics(), std::nullopt, 1, light);
    scene->lightUp(outputs);
    return scene->look(1600, 1200, 1, {exposure, true});
}

TEST(OpticalScene, DimLamp_IsMadeGoodByExposure) {
    FixtureLight dim;
    dim.chart = 0.25;
    const auto scene = makeOpticalScene(chart(), sensor, 1, plainOptics(), std::nullopt, 1, dim);
    EXPECT_DOUBLE_EQ(scene->brightness(), 0.25);
    EXPECT_EQ(under(dim, 4).rgb, under({}).rgb);
    EXPECT_NEAR(level(under(dim), 0.3972, 0.375), 61, 2); // 0.045 of full white, as sRGB
}

TEST(OpticalScene, BrightLamp_DoesNotClipWhatExposureTakesBack) {
    FixtureLight bright;
    bright.chart = 8;
    EXPECT_EQ(under(bright, 0.125).rgb, under({}).rgb);
}

TEST(OpticalScene, LampThatIsSwitchedOff_LeavesTheAmbientLight) {
    FixtureLight light;
    light.switched = true;
    EXPECT_EQ(level(under(light, 1, 0), 0.02, 0.02), 0);
    light.ambient = 0.04;
    const auto unlit = under(light, 1, 0);
    EXPECT_NEAR(level(unlit, 0.02, 0.02), 46, 3); // 0.029 of full white
    EXPECT_GT(level(under(light), 0.02, 0.02), level(under({}), 0.02, 0.02));
}

TEST(OpticalScene, SlopeOfTheLamp_FallsOnTheChartAlone) {
    FixtureLight light;
    light.slope = 0.4;
    const auto lit = under(light);
    EXPECT_GT(level(lit, 0.98, 0.02), level(lit, 0.02, 0.02) + 20);
    const auto field = under(light, 1, diffuser);
    EXPECT_NEAR(level(field, 0.1, 0.1), level(field, 0.9, 0.6), 2);
}

TEST(OpticalScene, OddSize_ShowsAnotherPartAtItsSizeAlone) {
    auto odd = plainOptics();
    odd.oddWidth = 800;
    odd.oddPlace = {0.1, 0};
    const auto shotAt = [](const UnitOptics& optics, std::uint16_t width) {
        return sceneOf(optics)->look(width, static_cast<std::uint16_t>(width * 3 / 4), 1, bare);
    };
    EXPECT_EQ(shotAt(odd, 640).rgb, shotAt(plainOptics(), 640).rgb);
    EXPECT_NE(shotAt(odd, 800).rgb, shotAt(plainOptics(), 800).rgb);
}

TEST(OpticalScene, Intermittent_ShowsSometimes) {
    auto faulty = plainOptics();
    faulty.exposure = 0.25;
    const auto scene = makeOpticalScene(chart(), sensor, 3, plainOptics(), faulty, 0.5);
    int dark = 0;
    for (std::uint64_t frame = 1; frame <= 40; ++frame)
        dark += level(scene->look(320, 240, frame, bare), 0.02, 0.02) < 180 ? 1 : 0;
    EXPECT_GT(dark, 8);
    EXPECT_LT(dark, 32);
}

TEST(UnitOptics, Defocus_TakesThatShareOfMtf50) {
    const auto good = goodOptics(sensor, 1, 1);
    OpticalFaults faults;
    faults.mtfFactor = 0.5;
    const auto soft = withFaults(good, faults, sensor, 1);
    // Where MTF50 is a half, lens, pixel and sharpening together make it so: more blur than twice as much.
    EXPECT_GT(soft.blur, 2 * good.blur);
    EXPECT_LT(soft.blur, 3.2 * good.blur);
}

TEST(UnitOptics, Cluster_LiesTogether) {
    OpticalFaults faults;
    faults.deadPixels = 8;
    faults.cluster = 4;
    const auto optics = withFaults(UnitOptics{}, faults, sensor, 1);
    ASSERT_EQ(optics.pixels.size(), 8U);
    for (std::size_t i = 1; i < 4; ++i) {
        EXPECT_LE(std::abs(optics.pixels[i].x - optics.pixels[0].x), 1);
        EXPECT_LE(std::abs(optics.pixels[i].y - optics.pixels[0].y), 1);
        EXPECT_TRUE(optics.pixels[i].clustered);
    }
}

TEST(UnitOptics, GoodUnits_DifferWithinTheirSpread) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const auto optics = goodOptics(sensor, seed, 1);
        EXPECT_NEAR(optics.view.degrees, 0, 0.5 + 1e-9);
        EXPECT_NEAR(optics.cornerLight, 0.74, 0.05 + 1e-9);
        EXPECT_LE(optics.pixels.size(), 6U);
    }
}

} // namespace
} // namespace framegate::simulation
