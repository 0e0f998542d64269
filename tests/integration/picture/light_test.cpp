// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/readings.h"
#include "support/virtual_lot.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

/// One unit in a slot whose lamp is as \a lamp says, with \a fault of its own; only what looks at the
/// picture.
TestRecord recordWith(const std::string& lamp, const std::string& fault = {},
                      const std::string& plan = "ov2640.toml", unsigned unit = 1, std::uint64_t seed = 21) {
    std::string scenario;
    if (!lamp.empty()) scenario += "[[slot]]\nslot = 1\nfault = \"lamp\"\n" + lamp + "\n";
    if (!fault.empty()) scenario += fmt::format("[[unit]]\nindex = {}\nfault = {}\n", unit, fault);
    test::VirtualLot lot(0, 1, scenario, plan, seed);
    lot.order.units = {{Serial::numbered(unit), unit, {}}};
    std::erase_if(lot.plan.main, [](const StepSpec& step) {
        return step.type != "identify-module" && step.type != "initialise-sensor" &&
               step.type != "picture-quality";
    });
    lot.plan.runsOnError = 1;
    EXPECT_TRUE(lot.run());
    return lot.store.lot("test").value().at(0);
}

void expectLight(const std::string& lamp, const std::string& code, const std::string& measurement) {
    const auto record = recordWith(lamp);
    EXPECT_EQ(record.outcome, Outcome::Error) << lamp << ": " << record.failureDetail;
    EXPECT_EQ(record.failureCode, code) << lamp << ": " << record.failureDetail;
    EXPECT_THAT(record.failedMeasurements, Contains(measurement + "@1600x1200")) << lamp;
}

TEST(Light, LampThatHasChanged_IsAnErrorWithAdvice) {
    expectLight("level_percent = 55", "LIGHT_LEVEL", "lamp_light");
    expectLight("level_percent = 180", "LIGHT_LEVEL", "lamp_light");
    EXPECT_THAT(recordWith("level_percent = 55").failureDetail, HasSubstr("clean it"));
}

TEST(Light, LampThatIsOff_IsAnError) {
    expectLight("level_percent = 0", "LIGHT_LEVEL", "lamp_light");
}

TEST(Light, LampWithinItsBand_ChangesNothing) {
    const auto record = recordWith("level_percent = 85");
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureDetail;
    EXPECT_NEAR(test::valueOf(record, "lamp_light"), 85, 9);
}

TEST(Light, ChartLitFromOneSide_IsAnError) {
    expectLight("level_percent = 100\ngradient_percent = 20", "LIGHT_UNEVEN", "lamp_left_right");
    expectLight("level_percent = 100\ngradient_percent = -25\ndirection_deg = 90", "LIGHT_UNEVEN",
                "lamp_top_bottom");
}

TEST(Light, LightFromElsewhere_IsAnError) {
    expectLight("level_percent = 100\nambient_percent = 4", "LIGHT_AMBIENT", "ambient_light");
}

TEST(Light, LampsThatNoLongerGoTogether_AreAnError) {
    expectLight("level_percent = 100\ndiffuser_percent = 60", "LIGHT_DIFFUSER", "diffuser_light");
    expectLight("level_percent = 100\nred_percent = 80", "LIGHT_COLOUR", "lamp_colour_red");
}

TEST(Light, FaultsThatLookLikeALamp_StayTheUnits) {
    for (const auto* fault : {"\"exposure-stuck\"\nev = -1", "\"exposure-stuck\"\nev = 4",
                              "\"shading\"\ncorner_percent = 45\ndirection_deg = 0", "\"no-ir-filter\"",
                              "\"colour-cast\"\nr_gain = 0.8", "\"banding\"\namplitude_dn = 14"}) {
        const auto record = recordWith("", fault);
        EXPECT_EQ(record.outcome, Outcome::Fail) << fault << ": " << record.failureDetail;
    }
}

TEST(Light, LensBesideItsPlace_IsTheUnitsThoughTheLightFallsUnevenly) {
    for (const auto* plan : {"ov2640.toml", "ov5642.toml"}) {
        const auto record = recordWith("", "\"decentre\"\npercent = 8", plan);
        EXPECT_EQ(record.outcome, Outcome::Fail) << record.failureCode << ": " << record.failureDetail;
        EXPECT_THAT(record.failedMeasurements, testing::Not(testing::Contains(StartsWith("lamp_"))));
    }
}

TEST(Light, CornersAllButBlack_AreTheUnitsThoughTheLightSeemsUneven) {
    const auto record = recordWith("", "\"shading\"\ncorner_percent = 10", "ov5642.toml", 46, 11);
    EXPECT_EQ(record.outcome, Outcome::Fail) << record.failureCode << ": " << record.failureDetail;
    EXPECT_GT(std::abs(test::valueOf(record, "lamp_left_right")), 5) << "this unit proves nothing";
    EXPECT_THAT(record.failedMeasurements, Contains(StartsWith("shading_corner_lowest")));
    EXPECT_THAT(record.failedMeasurements, testing::Not(Contains(StartsWith("lamp_"))));
}

TEST(Light, FaultyUnitInLightWithinItsBand_Fails) {
    const auto record = recordWith("level_percent = 85", "\"defocus\"\nmtf50_factor = 0.5");
    EXPECT_EQ(record.outcome, Outcome::Fail) << record.failureDetail;
    EXPECT_THAT(record.failureCode, StartsWith("LIMIT_MTF50P"));
}

TEST(Light, AsShipped_IsMeasuredWithAutomaticFunctionsOnAgain) {
    const auto record = recordWith("");
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureDetail;
    EXPECT_NEAR(test::valueOf(record, "shipping_exposure"), test::valueOf(record, "exposure_grey"), 1);
    EXPECT_NEAR(test::valueOf(record, "shipping_white_balance_red"),
                test::valueOf(record, "white_balance_red"), 0.01);
}

TEST(Light, FullPlanWithoutLight_IsAnErrorThoughEarlierStepsFail) {
    test::VirtualLot lot(1, 1, "[[slot]]\nslot = 1\nfault = \"lamp\"\nlevel_percent = 1\n", "ov2640.toml",
                         21);
    lot.plan.runsOnError = 1;
    for (auto& step : lot.plan.main)
        if (step.type == "capture") step.resolutions = {{320, 240}, {640, 480}};
    ASSERT_TRUE(lot.run());
    const auto record = lot.store.lot("test").value().at(0);
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "LIGHT_LEVEL") << record.failureDetail;
}

} // namespace
} // namespace framegate
