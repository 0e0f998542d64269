// SPDX-License-Identifier: GPL-3.0-or-later
#include "statistics/detection_threshold.h"

#include <cmath>
#include <gtest/gtest.h>

namespace framegate {
namespace {

/// What \a units of each size give on a curve of that middle and width, to the nearest unit.
std::vector<DetectionCount> countsOf(double middle, double width, std::initializer_list<double> sizes,
                                     unsigned units = 2000) {
    std::vector<DetectionCount> counts;
    for (const double size : sizes) {
        const double share = 0.5 * std::erfc(-(size - middle) / width / std::sqrt(2.0));
        counts.push_back({size, static_cast<unsigned>(std::lround(share * units)), units});
    }
    return counts;
}

TEST(DetectionThreshold, KnownCurve_IsFound) {
    const auto found = detectionThresholds(countsOf(3, 0.5, {2, 2.5, 3, 3.5, 4, 6}));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->half.best.value(), 3, 0.02);
    EXPECT_NEAR(found->nearly.best.value(), 3 + 3.0902 * 0.5, 0.08);
    EXPECT_LT(found->half.low.value(), 3);
    EXPECT_GT(found->half.high.value(), 3);
    EXPECT_LT(found->nearly.low.value(), 4.545);
    EXPECT_GT(found->nearly.high.value(), 4.545);
}

TEST(DetectionThreshold, FewerUnits_WidenTheInterval) {
    const auto many = detectionThresholds(countsOf(3, 0.5, {2, 2.5, 3, 3.5, 4}, 2000));
    const auto few = detectionThresholds(countsOf(3, 0.5, {2, 2.5, 3, 3.5, 4}, 20));
    EXPECT_GT(*few->half.high - *few->half.low, 3 * (*many->half.high - *many->half.low));
}

TEST(DetectionThreshold, SeparableCounts_HaveAnIntervalAndNoBestValue) {
    const auto found = detectionThresholds({{1, 0, 20}, {2, 60, 60}});
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->half.best);
    EXPECT_NEAR(found->half.low.value(), 1, 0.01);
    EXPECT_NEAR(found->half.high.value(), 2, 0.01);
    EXPECT_FALSE(found->nearly.best);
    EXPECT_GT(found->nearly.high.value(), 2.1) << "60 of 60 do not show that 999 of 1000 are found";
    EXPECT_LT(found->nearly.high.value(), 2.6);
}

TEST(DetectionThreshold, OneSizeBetweenNothingAndAll_LeavesTheSlopeOpen) {
    const auto found = detectionThresholds({{1, 0, 20}, {2, 13, 20}, {4, 60, 60}});
    EXPECT_FALSE(found->half.best);
    EXPECT_GT(found->half.low.value(), 1.2);
    EXPECT_LT(found->half.high.value(), 2.1);
}

TEST(DetectionThreshold, FoundAtEverySize_IsNotBoundedBelow) {
    const auto found = detectionThresholds({{1, 60, 60}, {2, 60, 60}});
    EXPECT_FALSE(found->half.low);
    EXPECT_LT(found->half.high.value(), 1.01);
}

TEST(DetectionThreshold, OneSizeAlone_TellsNothing) {
    EXPECT_FALSE(detectionThresholds({{1, 5, 20}, {1, 6, 20}}));
    EXPECT_FALSE(detectionThresholds({}));
}

} // namespace
} // namespace framegate
