// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/measurement.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace framegate {
namespace {

constexpr Resolution vga{640, 480};
constexpr Resolution qvga{320, 240};

/// How \a value stands against one limit.
MeasurementOutcome judged(double value, std::optional<double> low, std::optional<double> high,
                          double band = 0) {
    const Limits limits("l", "1", "", {{"luma", {}, low, high, band, ""}});
    return limits.judge({"luma", value, "1", {}}, "step", 1).outcome;
}

TEST(Limits, Limit_IsInclusive) {
    EXPECT_EQ(judged(1, 1, 2), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(2, 1, 2), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(std::nextafter(1.0, 0.0), 1, 2), MeasurementOutcome::Fail);
    EXPECT_EQ(judged(std::nextafter(2.0, 3.0), 1, 2), MeasurementOutcome::Fail);
}

TEST(Limits, OneSidedLimit_LeavesTheOtherSideOpen) {
    EXPECT_EQ(judged(1e300, 1, {}), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(0, 1, {}), MeasurementOutcome::Fail);
    EXPECT_EQ(judged(-1e300, {}, 2), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(3, {}, 2), MeasurementOutcome::Fail);
}

TEST(Limits, WithinTheBandOfALimit_IsMarginal) {
    EXPECT_EQ(judged(1, 1, 3, 0.5), MeasurementOutcome::Marginal);
    EXPECT_EQ(judged(1.49, 1, 3, 0.5), MeasurementOutcome::Marginal);
    EXPECT_EQ(judged(1.5, 1, 3, 0.5), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(2.5, 1, 3, 0.5), MeasurementOutcome::Pass);
    EXPECT_EQ(judged(2.51, 1, 3, 0.5), MeasurementOutcome::Marginal);
    EXPECT_EQ(judged(0.99, 1, 3, 0.5), MeasurementOutcome::Fail);
}

TEST(Limits, WhatIsNoNumber_NeverPasses) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(judged(nan, 1, 2), MeasurementOutcome::Fail);
    EXPECT_EQ(judged(nan, {}, {}), MeasurementOutcome::Fail);
    EXPECT_EQ(judged(infinity, 1, {}), MeasurementOutcome::Fail);
    EXPECT_EQ(judged(-infinity, {}, 2), MeasurementOutcome::Fail);
}

TEST(Limits, ReadingWithoutALimit_IsOnlyRecorded) {
    const auto measurement = Limits().judge({"luma", 5, "1", vga}, "step", 1);
    EXPECT_EQ(measurement.outcome, MeasurementOutcome::Recorded);
    EXPECT_FALSE(measurement.low);
    EXPECT_FALSE(measurement.high);
}

TEST(Limits, Judge_KeepsReadingLimitsStepAndAttempt) {
    const Limits limits("l", "1", "", {{"luma", {}, 1, 9, 0, ""}});
    const auto measurement = limits.judge({"luma", 5, "cd", vga}, "capture", 2);
    EXPECT_EQ(measurement.reading.value, 5);
    EXPECT_EQ(measurement.reading.unit, "cd");
    EXPECT_EQ(measurement.reading.resolution, vga);
    EXPECT_EQ(measurement.low, 1);
    EXPECT_EQ(measurement.high, 9);
    EXPECT_EQ(measurement.step, "capture");
    EXPECT_EQ(measurement.attempt, 2);
}

TEST(Limits, EntryOfTheResolution_ComesBeforeTheGeneralOne) {
    const Limits general("l", "1", "", {{"luma", {}, 1, {}, 0, ""}, {"luma", vga, 2, {}, 0, ""}});
    const Limits turned("l", "1", "", {{"luma", vga, 2, {}, 0, ""}, {"luma", {}, 1, {}, 0, ""}});
    for (const auto& limits : {general, turned}) {
        EXPECT_EQ(limits.find("luma", vga)->low, 2);
        EXPECT_EQ(limits.find("luma", qvga)->low, 1);
        EXPECT_EQ(limits.find("luma", {})->low, 1);
    }
}

TEST(Limits, EntryOfAnotherResolutionOrName_DoesNotApply) {
    const Limits limits("l", "1", "", {{"luma", vga, 2, {}, 0, ""}});
    EXPECT_EQ(limits.find("luma", qvga), nullptr);
    EXPECT_EQ(limits.find("luma", {}), nullptr);
    EXPECT_EQ(limits.find("lum", vga), nullptr);
}

TEST(MeasurementOutcome, EveryOutcome_HasItsWord) {
    EXPECT_EQ(measurementOutcomeText(MeasurementOutcome::Recorded), "RECORDED");
    EXPECT_EQ(measurementOutcomeText(MeasurementOutcome::Pass), "PASS");
    EXPECT_EQ(measurementOutcomeText(MeasurementOutcome::Marginal), "MARGINAL");
    EXPECT_EQ(measurementOutcomeText(MeasurementOutcome::Fail), "FAIL");
}

} // namespace
} // namespace framegate
