// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/step.h"
#include "support/readings.h"
#include "support/virtual_lot.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* unset = "[[slot]]\nslot = 1\nfault = \"lens-unset\"\nturns = 0.3\n";

/// A lot of the plan that sets lenses, with what the step does not need left out.
struct FocusLot {
    explicit FocusLot(const std::string& scenario, unsigned units = 1)
        : lot(units, 1, scenario, "ov2640-focus.toml") {
        std::erase_if(lot.plan.main, [](const StepSpec& step) {
            return step.type == "line-test" || step.type == "capture" || step.type == "standby-current";
        });
        for (auto& step : lot.plan.main)
            if (step.type == "picture-quality") step.scenes = {Scene::Chart};
    }
    StepSpec& step() {
        return *std::find_if(lot.plan.main.begin(), lot.plan.main.end(),
                             [](const StepSpec& one) { return one.type == "set-focus"; });
    }
    TestRecord record() {
        EXPECT_TRUE(lot.run());
        return lot.store.lot("test").value().at(0);
    }
    test::VirtualLot lot;
};

TEST(SetFocus, UnsetLens_IsSetAndThenPasses) {
    FocusLot lot(unset);
    const auto record = lot.record();
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureCode << ": " << record.failureDetail;
    EXPECT_LT(test::valueOf(record, "focus_below_peak"), 5);
    EXPECT_GT(test::valueOf(record, "focus_looks"), 8) << "the peak was passed twice";
    EXPECT_GT(test::valueOf(record, "mtf50p_centre"), 0.25);
}

TEST(SetFocus, LiveFigures_GoOutWithAdvice) {
    FocusLot lot(unset);
    std::vector<FocusLook> looks;
    lot.lot.sink.onEvent = [&](const RunEvent& event) {
        if (const auto* looked = std::get_if<FocusLooked>(&event)) looks.push_back(looked->look);
    };
    lot.record();
    ASSERT_GT(looks.size(), 8U);
    EXPECT_EQ(looks.back().advice, FocusAdvice::Hold);
    EXPECT_GE(looks.back().peak, looks.front().peak);
    for (const double corner : looks.back().corners)
        EXPECT_GT(corner, 0);
}

TEST(SetFocus, NobodyTurnsTheLens_IsAnErrorAndNoFail) {
    FocusLot lot(std::string("[operator]\npresent = false\n") + unset);
    lot.step().focusLimit = std::chrono::seconds(10);
    const auto record = lot.record();
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "FOCUS_NOT_SET");
    EXPECT_THAT(record.failureDetail, HasSubstr("nobody turned the lens within 10 s"));
    EXPECT_LT(std::chrono::duration<double>(record.duration).count(), 25);
}

TEST(SetFocus, PoorLens_FailsThoughItWasSetAsWellAsItGoes) {
    FocusLot lot(std::string(unset) + "[[unit]]\nindex = 1\nfault = \"defocus\"\nmtf50_factor = 0.3\n");
    const auto record = lot.record();
    EXPECT_EQ(record.outcome, Outcome::Fail) << record.failureDetail;
    EXPECT_THAT(record.failedMeasurements, Contains("focus_peak@1600x1200"));
}

TEST(SetFocus, PlanThatCannotWork_IsRefused) {
    auto plan = loadPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov2640-focus.toml").value();
    const auto complaint = [&](const StepSpec& spec) {
        const auto checked = findStep("set-focus")->check(plan, spec);
        return checked ? std::string("accepted") : checked.error().message;
    };
    StepSpec spec{"set-focus", {{1600, 1200}}};
    EXPECT_EQ(complaint(spec), "accepted");
    spec.focusLimit = std::chrono::duration_cast<std::chrono::seconds>(plan.unitTimeLimit);
    EXPECT_THAT(complaint(spec), HasSubstr("focus_limit_s is not below unit_time_limit_s"));
    spec = {"set-focus", {{1600, 1200}, {800, 600}}};
    EXPECT_THAT(complaint(spec), HasSubstr("exactly one"));
    spec.resolutions.pop_back();
    plan.chart = nullptr;
    EXPECT_THAT(complaint(spec), HasSubstr("names no chart"));
}

TEST(SetFocus, Stop_EndsItAtOnce) {
    FocusLot lot(std::string("[operator]\npresent = false\n") + unset);
    unsigned looks = 0;
    lot.lot.sink.onEvent = [&](const RunEvent& event) {
        if (std::holds_alternative<FocusLooked>(event) && ++looks == 3) lot.lot.stop.request_stop();
    };
    const auto record = lot.record();
    EXPECT_EQ(record.outcome, Outcome::Aborted) << record.failureDetail;
    EXPECT_EQ(looks, 3U);
}

TEST(SetFocus, NothingToFocusOn_IsTheStationsTrouble) {
    FocusLot lot(unset);
    auto bare = *lot.lot.plan.chart;
    bare.squares.clear();
    bare.patches.clear();
    bare.fiducials.clear();
    BenchChoice choice;
    choice.bench = "virtual";
    choice.slots = 1;
    choice.chart = std::make_shared<const ChartDescription>(std::move(bare));
    lot.lot.bench = openBench(choice).value();
    lot.step().focusLimit = std::chrono::seconds(5);
    const auto record = lot.record();
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "FOCUS_NO_CHART");
    EXPECT_THAT(record.failureDetail, HasSubstr("lens cap"));
}

} // namespace
} // namespace framegate
