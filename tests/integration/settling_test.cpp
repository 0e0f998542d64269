// SPDX-License-Identifier: GPL-3.0-or-later
//
// A size that has not settled in time fails by itself: no limits file is needed for that.
#include "sensor_bench.h"

#include "steps/step.h"
#include "support/readings.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

/// What the capture step finds of a size whose frames have long been valid.
Result<StepFinding> captured(const TestPlan& plan) {
    test::SensorBench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    bench.to(size);
    EXPECT_TRUE(bench.board.clock().sleepFor(2s, {}));
    BoardHello hello;
    StepContext context{plan, bench.camera, hello, bench.deadline(), {}};
    return findStep("capture")->run(context, {"capture", {size}, 1, 1}, size);
}

TEST(Settling, GoodModule_SettlesWithinThePlansLimit) {
    const auto finding = captured(test::shippedPlan("ov2640.toml"));
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "") << finding->failureDetail;
    EXPECT_EQ(test::valueOf(*finding, "settled"), 1);
}

TEST(Settling, ValidFramesButTooFewInTime_FailWithoutAnyLimit) {
    auto plan = test::shippedPlan("ov2640.toml");
    plan.timing.settleLimit = 1ms;
    const auto finding = captured(plan);
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(test::valueOf(*finding, "jpeg_valid"), 1) << "else this is not about settling";
    EXPECT_EQ(test::valueOf(*finding, "settled"), 0);
    EXPECT_EQ(finding->failureCode, "SETTLE_TIMEOUT");
    ASSERT_TRUE(finding->picture);
    EXPECT_FALSE(finding->picture->valid);
}

} // namespace
} // namespace framegate
