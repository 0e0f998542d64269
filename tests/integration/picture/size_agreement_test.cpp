// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/step.h"
#include "support/virtual_lot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using testing::Contains;
using testing::IsEmpty;

/// One unit with \a fault, through four sizes and their comparison alone.
TestRecord recordOfSizes(const std::string& fault) {
    const auto scenario = fault.empty() ? fault : "[[unit]]\nindex = 1\nfault = " + fault + "\n";
    test::VirtualLot lot(1, 1, scenario, "ov2640.toml", 21);
    std::erase_if(lot.plan.main, [](const StepSpec& step) {
        return step.type == "picture-quality" || step.type == "colour-bars";
    });
    for (auto& step : lot.plan.main)
        if (step.type == "capture") step.resolutions = {{320, 240}, {640, 480}, {800, 600}, {1600, 1200}};
    EXPECT_TRUE(lot.run());
    return lot.store.lot("test").value().at(0);
}

/// Expects that \a measurement of one size is out of its limits, and nothing else.
void expectOdd(const std::string& parameters, const std::string& measurement) {
    const auto record = recordOfSizes("\"odd-size\"\n" + parameters);
    EXPECT_EQ(record.outcome, Outcome::Fail) << parameters;
    EXPECT_THAT(record.failedMeasurements, Contains(measurement)) << parameters << record.failureDetail;
    for (const auto& failed : record.failedMeasurements)
        EXPECT_TRUE(failed.starts_with("size_")) << failed;
}

TEST(SizeAgreement, GoodUnit_Agrees) {
    const auto record = recordOfSizes("");
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureDetail;
    EXPECT_THAT(record.failedMeasurements, IsEmpty());
}

TEST(SizeAgreement, WindowBesideItsPlace_IsSeenByNothingElse) {
    expectOdd("shift_percent = 1.5", "size_centre_difference@640x480");
}

TEST(SizeAgreement, AnotherField_IsSeenByNothingElse) {
    expectOdd("shift_percent = 0\nview_percent = 97", "size_scale_difference@640x480");
}

TEST(SizeAgreement, AnotherWhiteBalance_IsSeenByNothingElse) {
    expectOdd("shift_percent = 0\nr_gain = 1.08", "size_balance_difference@640x480");
}

TEST(SizeAgreement, ScalerThatBlurs_IsSeenByNothingElse) {
    expectOdd("at = \"800x600\"\nshift_percent = 0\nblur_px = 0.8", "size_sharpness@800x600");
}

TEST(SizeAgreement, PlanWithoutAChart_IsRefused) {
    const auto* step = findStep("size-agreement");
    ASSERT_NE(step, nullptr);
    TestPlan plan;
    const auto checked = step->check(plan, {});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, "PLAN_STEP");
}

} // namespace
} // namespace framegate
