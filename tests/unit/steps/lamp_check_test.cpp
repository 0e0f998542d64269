// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/lamp_check.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace framegate {
namespace {

constexpr Resolution lampSize{1600, 1200};
const NominalLight nominal{200, 118};

/// The level of a grey that sends back \a share of what the nominal one does.
double greyOf(double share) {
    const double light = share * imaging::srgbLight(nominal.grey);
    return 255 * (1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

std::map<std::string, double> readingsOf(const LightSeen& seen) {
    std::map<std::string, double> named;
    for (const auto& reading : lightReadings(seen, nominal, lampSize))
        named[reading.name] = reading.value;
    return named;
}

/// What `lamp_light` is where control chose \a exposure, and the grey then has \a share of its light.
double lampLight(double exposure, double share) {
    LightSeen seen;
    seen.exposure = ExposureSeen{nominal.exposure * exposure, 1, 0};
    seen.grey = greyOf(share);
    return readingsOf(seen).at("lamp_light");
}

TEST(LampCheck, NominalLight_IsOneHundredPercent) {
    EXPECT_NEAR(lampLight(1, 1), 100, 1e-6);
}

TEST(LampCheck, DimLampThatControlMakesUpFor_ShowsInTheExposure) {
    EXPECT_NEAR(lampLight(2, 1), 50, 0.01);
    EXPECT_NEAR(lampLight(0.5, 1), 200, 0.01);
}

TEST(LampCheck, DimLampBeyondControl_ShowsByWhatControlTried) {
    EXPECT_NEAR(lampLight(8, 0.4), 12.5, 0.01);
}

TEST(LampCheck, UnitThatExposesWrongly_IsNotTheLampsFault) {
    EXPECT_NEAR(lampLight(1, 0.25), 100, 1e-6); // its picture is dark at the usual exposure
    EXPECT_NEAR(lampLight(4, 4), 100, 1e-6);    // it exposes too long, and its picture is bright by as much
    EXPECT_NEAR(lampLight(0.25, 0.25), 100, 1e-6);
}

TEST(LampCheck, WithoutAGrey_ExposureAloneSpeaks) {
    LightSeen seen;
    seen.exposure = ExposureSeen{nominal.exposure, 4, 0};
    EXPECT_NEAR(readingsOf(seen).at("lamp_light"), 25, 1e-6);
}

TEST(LampCheck, UnitsColour_CancelsBetweenDiffuserAndChart) {
    LightSeen seen;
    seen.onChart = imaging::Rgb{1.4, 1.0, 0.8};
    seen.onDiffuser = imaging::Rgb{0.7, 0.5, 0.4};
    const auto readings = readingsOf(seen);
    EXPECT_NEAR(readings.at("lamp_colour_red"), 1, 1e-9);
    EXPECT_NEAR(readings.at("lamp_colour_blue"), 1, 1e-9);
    EXPECT_NEAR(readings.at("diffuser_light"), 50, 1e-9);
}

TEST(LampCheck, LensThatShadesOneSide_IsNotAnUnevenLamp) {
    LightSeen seen;
    seen.chart = {{14.0, 0.0}};
    seen.field = {{18.0, 0.0}};
    EXPECT_NEAR(readingsOf(seen).at("lamp_left_right"), 0, 1e-9);
    seen.field = {{0.0, 0.0}};
    EXPECT_NEAR(readingsOf(seen).at("lamp_left_right"), 14, 1e-9);
}

TEST(LampCheck, AmbientLight_IsWhatDarknessDoesNotHave) {
    LightSeen seen;
    seen.chartWhole = 0.4;
    seen.unlitWhole = 0.014;
    seen.darkWhole = 0.002;
    EXPECT_NEAR(readingsOf(seen).at("ambient_light"), 3, 1e-9);
}

TEST(LampCheck, WhatWasNotTaken_HasNoReading) {
    EXPECT_TRUE(lightReadings({}, nominal, lampSize).empty());
    LightSeen seen;
    seen.exposure = ExposureSeen{200, 1, 0};
    for (const auto& reading : lightReadings(seen, std::nullopt, lampSize))
        EXPECT_NE(reading.name, "lamp_light");
}

TEST(LampCheck, OnlyUnevenLight_IsExcusedByFaultsItCannotCause) {
    EXPECT_TRUE(lightFaultOf("lamp_left_right")->explainsOnlyLight);
    EXPECT_FALSE(lightFaultOf("lamp_light")->explainsOnlyLight);
    EXPECT_FALSE(lightFaultOf("banding"));
    EXPECT_TRUE(unevenLightExplains("shading_left_right"));
    EXPECT_FALSE(unevenLightExplains("banding"));
}

/// Of a unit whose darkest corner has \a lowest % of the middle's light where 65 are wanted.
bool explainsCorners(double lowest, double asymmetry, double leftRight, double topBottom) {
    Measurement measured;
    measured.reading = {"shading_corner_lowest", lowest, "%", lampSize};
    measured.low = 65;
    return unevenLightExplainsCorners(measured, asymmetry, leftRight, topBottom);
}

TEST(UnevenLight, CornersAllButBlack_AreNotItsDoing) {
    EXPECT_FALSE(explainsCorners(26, 12, 5.6, -1.1));
}

TEST(UnevenLight, OneDarkCornerOfFour_MayBeItsDoing) {
    EXPECT_TRUE(explainsCorners(10, 140, 15, 10)); // something before the diffuser
}

TEST(UnevenLight, CornersAsMuchTooDarkAsTheLightIsUneven_MayBeItsDoing) {
    EXPECT_TRUE(explainsCorners(52, 0, -15, 10));
    EXPECT_FALSE(explainsCorners(46, 0, -15, 10));
    EXPECT_TRUE(explainsCorners(1, 0, 90, 60)); // nothing can be told in such light
}

} // namespace
} // namespace framegate
