// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sensors' test pattern, through registers, encoder, frame memory and wires.
#include "sensor_bench.h"

#include "steps/step.h"
#include "support/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

constexpr Resolution barsSize{320, 240};

class ColourBarsOf : public testing::TestWithParam<const char*> {
protected:
    StepFinding found(test::SensorBench& bench) {
        BoardHello hello;
        StepContext context{bench.plan, bench.camera, hello, bench.deadline(), {}};
        StepSpec spec{"colour-bars", {barsSize}};
        auto finding = findStep("colour-bars")->run(context, spec, barsSize);
        EXPECT_TRUE(finding) << finding.error().message;
        return finding ? std::move(*finding) : StepFinding{};
    }
    StepFinding foundWith(const sim::Faults& faults) {
        test::SensorBench bench(plan, faults);
        return found(bench);
    }
    TestPlan proven() {
        plan.sensor.barsRepeatExactly = true;
        return plan;
    }
    TestPlan plan = test::shippedPlan(GetParam());
};

TEST_P(ColourBarsOf, GoodModule_RepeatsThemInEveryBit) {
    plan = proven();
    const auto finding = foundWith({});
    EXPECT_EQ(finding.failureCode, "") << finding.failureDetail;
    EXPECT_EQ(test::valueOf(finding, "bars_repeat"), 1);
    EXPECT_EQ(test::valueOf(finding, "bars_frames"), 5);
    EXPECT_EQ(test::valueOf(finding, "bars_invalid"), 0);
    EXPECT_EQ(test::valueOf(finding, "link_bit_error_rate"), 0);
    EXPECT_NEAR(test::valueOf(finding, "link_bit_error_bound") * test::valueOf(finding, "bars_bits"), 2.996,
                0.01);
}

TEST_P(ColourBarsOf, Afterwards_TheRegistersAndThePicturesAreAsBefore) {
    test::SensorBench bench(plan);
    bench.to(barsSize);
    const auto before = bench.held(barsSize);
    found(bench);
    EXPECT_EQ(bench.held(barsSize), before);
    EXPECT_EQ(bench.to(barsSize).writes, 0U) << "the image knows what the registers hold";
    BoardHello hello;
    StepContext context{plan, bench.camera, hello, bench.deadline(), {}};
    const auto captured = findStep("capture")->run(context, {"capture", {barsSize}}, barsSize);
    ASSERT_TRUE(captured);
    EXPECT_EQ(captured->failureCode, "");
    const auto picture = captured->later();
    ASSERT_TRUE(picture);
    EXPECT_GT(test::valueOf(*picture, "luma_mean"), 140) << "bars average less, the chart more";
}

TEST_P(ColourBarsOf, NoiseOnTheWires_IsMeasured) {
    sim::Faults faults;
    faults.spiBitErrorRate8MHz = 2e-5;
    plan = proven();
    const auto finding = foundWith(faults);
    EXPECT_THAT(finding.failureCode, testing::AnyOf("BARS_DIFFER", "BARS_INVALID", "BARS_UNSETTLED"));
    EXPECT_EQ(test::valueOf(finding, "bars_repeat"), 0);
}

TEST_P(ColourBarsOf, AFlippedBitEachCapture_FailsOnlyWhereBarsAreKnownToRepeat) {
    sim::Faults faults;
    faults.bitFlips = 1;
    const auto unproven = foundWith(faults);
    EXPECT_EQ(unproven.failureCode, "") << "golden units have shown nothing yet";
    plan = proven();
    const auto finding = foundWith(faults);
    EXPECT_THAT(finding.failureCode, testing::AnyOf("BARS_DIFFER", "BARS_INVALID", "BARS_UNSETTLED"));
}

TEST_P(ColourBarsOf, PlanWithALimitOnTheBars_NeedsProof) {
    std::vector<Limit> entries = {{"link_bit_error_bound", {}, {}, 1e-5, 0, "few errors"}};
    plan.limits = Limits("test", "1", "", entries);
    const StepSpec spec{"colour-bars", {barsSize}};
    const auto refused = findStep("colour-bars")->check(plan, spec);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message,
                testing::HasSubstr("link_bit_error_bound needs bars_repeat_exactly"));
    EXPECT_TRUE(findStep("colour-bars")->check(proven(), spec));
}

TEST_P(ColourBarsOf, PlanWithoutASizeOrSensorWithoutBars_IsRefused) {
    EXPECT_FALSE(findStep("colour-bars")->check(plan, {"colour-bars", {}}));
    plan.sensor.testPattern.clear();
    EXPECT_FALSE(findStep("colour-bars")->check(plan, {"colour-bars", {barsSize}}));
}

INSTANTIATE_TEST_SUITE_P(Plans, ColourBarsOf, testing::Values("ov2640.toml", "ov5642.toml"));

} // namespace
} // namespace framegate
