// SPDX-License-Identifier: GPL-3.0-or-later
#include "statistics/limit_learning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

Measurement measurement(double value, std::optional<double> low, std::optional<double> high) {
    Measurement one;
    one.reading = {"mtf50p_centre", value, "{cycle}/{px}", Resolution{640, 480}};
    one.low = low;
    one.high = high;
    return one;
}

TestRecord record(unsigned unit, double value, Outcome outcome = Outcome::Pass) {
    TestRecord made;
    made.serial = "FG-" + std::to_string(unit);
    made.outcome = outcome;
    made.measurements.push_back(measurement(value, 0.1, std::nullopt));
    return made;
}

/// Units of 0.19, 0.20 and 0.21 in turn.
std::vector<TestRecord> goodLot(unsigned units) {
    std::vector<TestRecord> lot;
    for (unsigned i = 0; i < units; ++i)
        lot.push_back(record(i, 0.19 + 0.01 * (i % 3)));
    return lot;
}

TEST(LimitLearning, OnlyTheSideThatHasALimit_GetsOne) {
    const auto limits = learnLimits(goodLot(30), {});
    ASSERT_EQ(limits.size(), 1U);
    EXPECT_TRUE(limits[0].low);
    EXPECT_FALSE(limits[0].high);
    EXPECT_EQ(limits[0].count, 30U);
}

TEST(LimitLearning, Limit_IsSoManyDeviationsBelowTheMean) {
    const auto limit = learnLimits(goodLot(30), {4, 0, 10}).front();
    EXPECT_NEAR(limit.mean, 0.2, 1e-12);
    EXPECT_NEAR(limit.deviation, 0.0083045, 1e-6);
    EXPECT_LE(*limit.low, 0.2 - 4 * limit.deviation);
    EXPECT_NEAR(*limit.low, 0.2 - 4 * limit.deviation, 0.001);
    EXPECT_EQ(limit.rejected, 0U);
}

TEST(LimitLearning, UnitsThatDidNotPass_TeachNothing) {
    auto lot = goodLot(30);
    for (unsigned i = 0; i < 10; ++i)
        lot.push_back(record(100 + i, 0.02, Outcome::Fail));
    EXPECT_NEAR(learnLimits(lot, {}).front().lowest, 0.19, 1e-12);
}

TEST(LimitLearning, RetestedUnit_CountsByItsLastRun) {
    auto lot = goodLot(30);
    auto again = record(0, 0.5);
    again.run = 2;
    lot.push_back(again);
    const auto limit = learnLimits(lot, {}).front();
    EXPECT_EQ(limit.count, 30U);
    EXPECT_NEAR(limit.highest, 0.5, 1e-12);
}

TEST(LimitLearning, TooFewUnits_ProposeNothing) {
    EXPECT_TRUE(learnLimits(goodLot(9), {}).empty());
}

TEST(LimitLearning, TightRule_SaysWhatItRejects) {
    EXPECT_EQ(learnLimits(goodLot(30), {0.5, 0, 10}).front().rejected, 10U);
}

TEST(LimitLearning, WhatBlamesTheStation_DoesSoAgain) {
    const Limits inForce("x", "1", "", {{"mtf50p_centre", {}, 0.1, {}, 0, "r", Blames::Station}});
    const auto text = limitsFile(learnLimits(goodLot(30), {}, inForce), "learnt", "LOT-7");
    EXPECT_THAT(text, testing::HasSubstr("blames = \"station\""));
    EXPECT_THAT(limitsFile(learnLimits(goodLot(30), {}), "learnt", "LOT-7"),
                testing::Not(testing::HasSubstr("blames")));
}

TEST(LimitLearning, File_NamesWhereItComesFrom) {
    const auto text = limitsFile(learnLimits(goodLot(30), {}), "learnt", "LOT-7");
    EXPECT_THAT(text, testing::AllOf(testing::HasSubstr("name = \"mtf50p_centre\""),
                                     testing::HasSubstr("resolution = \"640x480\""),
                                     testing::HasSubstr("30 good units of lot LOT-7")));
}

} // namespace
} // namespace framegate
