// SPDX-License-Identifier: GPL-3.0-or-later
//
// What keeps the chart from being measured is the station's trouble: ERROR, with a code of its own and what
// to look at.
#include "support/virtual_lot.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using testing::HasSubstr;

/// The record of a good OV2640 of which only the chart's picture is judged, before a bench where \a hung
/// hangs.
TestRecord recordBefore(std::shared_ptr<const ChartDescription> hung, const std::string& scenario = {}) {
    test::VirtualLot lot(1, 1, scenario, "ov2640.toml");
    std::erase_if(lot.plan.main, [](const StepSpec& step) {
        return step.type != "identify-module" && step.type != "initialise-sensor" &&
               step.type != "picture-quality";
    });
    lot.plan.main.back().scenes = {Scene::Chart};
    lot.plan.runsOnError = 1;
    BenchChoice choice;
    choice.bench = "virtual";
    choice.slots = 1;
    choice.chart = std::move(hung);
    if (!scenario.empty()) choice.scenario = lot.folder / "scenario.toml";
    lot.bench = openBench(choice).value();
    EXPECT_TRUE(lot.run());
    return lot.store.lot("test").value().at(0);
}

ChartDescription shipped() {
    return *loadPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov2640.toml").value().chart;
}

std::shared_ptr<const ChartDescription> hung(ChartDescription chart) {
    return std::make_shared<const ChartDescription>(std::move(chart));
}

void expectError(const TestRecord& record, const char* code, const char* advice) {
    EXPECT_EQ(record.outcome, Outcome::Error) << record.failureDetail;
    EXPECT_EQ(record.failureCode, code);
    EXPECT_THAT(record.failureDetail, HasSubstr(advice));
}

TEST(ChartTrouble, MissingChart_IsAnError) {
    auto chart = shipped();
    chart.fiducials.clear();
    chart.squares.clear();
    chart.patches.clear();
    expectError(recordBefore(hung(std::move(chart))), "CHART_NOT_FOUND", "check that the chart is there");
}

TEST(ChartTrouble, HalfCoveredChart_IsAnError) {
    auto chart = shipped();
    std::erase_if(chart.fiducials, [](const ChartFiducial& one) { return one.centre.x > 0.4; });
    std::erase_if(chart.squares, [](const ChartSquare& one) { return one.centre.x > 0.4; });
    expectError(recordBefore(hung(std::move(chart))), "CHART_INCOMPLETE",
                "check that nothing covers the chart");
}

TEST(ChartTrouble, AnotherChart_IsAnError) {
    auto chart = shipped();
    for (auto& fiducial : chart.fiducials)
        fiducial.bits = static_cast<std::uint16_t>(0x8001 ^ (0x1230 + 0x0444 * fiducial.id));
    expectError(recordBefore(hung(std::move(chart))), "CHART_OTHER", "put the plan's chart into the fixture");
}

TEST(ChartTrouble, HopelesslyDefocusedPicture_IsAnError) {
    const auto record =
        recordBefore(hung(shipped()), "[[unit]]\nindex = 1\nfault = \"defocus\"\nmtf50_factor = 0.02\n");
    expectError(record, "CHART_DEFOCUSED", "the lens for a cap");
}

} // namespace
} // namespace framegate
