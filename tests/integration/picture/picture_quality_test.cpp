// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "config/readers.h"
#include "support/virtual_lot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// The full plan with nothing between the start of the sensor and the step, for the sake of time.
TestPlan onlyPicture(const std::string& sensor) {
    auto plan =
        config::readPlan(std::string(FRAMEGATE_SOURCE_DIR "/fixtures/plans/") + sensor + ".toml").value();
    std::erase_if(plan.main, [](const StepSpec& step) {
        return step.type != "identify-module" && step.type != "initialise-sensor" &&
               step.type != "picture-quality";
    });
    plan.runsOnError = 1;
    return plan;
}

/// Records of units that all have \a fault; good ones without.
std::vector<TestRecord> recordsOf(const std::string& fault, unsigned units = 1,
                                  const std::string& sensor = "ov2640") {
    std::string scenario = "seed = 3\n";
    for (unsigned i = 1; i <= units && !fault.empty(); ++i)
        scenario += "[[unit]]\nindex = " + std::to_string(i) + "\nfault = " + fault + "\n";
    test::VirtualLot lot(units, 1, scenario, sensor + ".toml", 21);
    lot.plan = onlyPicture(sensor);
    EXPECT_TRUE(lot.run());
    return lot.store.lot("test").value();
}

TestRecord oneWith(const std::string& fault) {
    return recordsOf(fault).at(0);
}

/// Expects a FAIL for which \a measurement is one of the reasons.
void expectFails(const std::string& fault, const std::string& measurement) {
    const auto record = oneWith(fault);
    EXPECT_EQ(record.outcome, Outcome::Fail) << fault << ": " << record.failureDetail;
    EXPECT_THAT(record.failedMeasurements, Contains(measurement + "@1600x1200")) << fault;
}

TEST(PictureQuality, GoodUnits_PassOnBothSensors) {
    for (const auto* sensor : {"ov2640", "ov5642"})
        for (const auto& record : recordsOf("", 2, sensor))
            EXPECT_EQ(record.outcome, Outcome::Pass) << sensor << ": " << record.failureDetail;
}

TEST(PictureQuality, EveryFaultOfTheOptics_FailsForItsOwnMeasurement) {
    expectFails("\"defocus\"\nmtf50_factor = 0.7", "mtf50p_centre");
    expectFails("\"defocus\"\nmtf50_factor = 0.2", "mtf50p_centre");
    expectFails("\"tilt\"\ncorner_factor = 0.6", "mtf50p_corner_lowest");
    expectFails("\"decentre\"\npercent = 4", "chart_centre_x");
    expectFails("\"decentre\"\npercent = 15", "chart_centre_x");
    expectFails("\"rotated\"\ndeg = 1.5", "chart_rotation");
    expectFails("\"wrong-lens\"\nfov_percent = 5", "field_of_view");
    expectFails("\"wrong-lens\"\nfov_percent = -40", "field_of_view");
    expectFails("\"dust\"\ncount = 1\nsize_percent = 0.8\ncontrast_percent = 6", "blemish_count");
    expectFails("\"shading\"\ncorner_percent = 45", "shading_corner_lowest");
}

TEST(PictureQuality, EveryFaultOfArrayAndColour_FailsForItsOwnMeasurement) {
    expectFails("\"no-ir-filter\"", "colour_difference_mean");
    expectFails("\"colour-cast\"\nr_gain = 0.8", "white_balance_red");
    expectFails("\"dead-pixels\"\ncount = 20", "dead_pixels");
    expectFails("\"dead-pixels\"\ncount = 20\ncluster = 4", "dead_clusters");
    expectFails("\"hot-pixels\"\ncount = 20", "hot_pixels");
    expectFails("\"line-defect\"\nrows = 1\namplitude_dn = 5", "row_peak");
    expectFails("\"banding\"\namplitude_dn = 5", "banding");
    expectFails("\"noise\"\nsnr_db = 24", "temporal_noise");
    expectFails("\"exposure-stuck\"\nev = -1", "exposure_grey");
    expectFails("\"exposure-stuck\"\nev = 4", "exposure_grey");
}

TEST(PictureQuality, ModuleOnItsSide_IsNotTold) {
    for (const auto* degrees : {"90", "180", "270"}) {
        const auto record = oneWith(std::string("\"rotated\"\ndeg = ") + degrees);
        EXPECT_EQ(record.outcome, Outcome::Error) << degrees;
        EXPECT_EQ(record.failureCode, "CHART_ORIENTATION") << degrees;
    }
}

TEST(PictureQuality, Mirrored_Fails) {
    const auto record = oneWith("\"mirrored\"");
    EXPECT_EQ(record.outcome, Outcome::Fail);
    EXPECT_EQ(record.failureCode, "CHART_MIRRORED");
}

TEST(PictureQuality, FixtureWithoutDiffuser_IsAnErrorWhereNobodyCanBeAsked) {
    test::VirtualLot lot(1, 1);
    lot.plan = onlyPicture("ov2640");
    lot.plan.runsOnError = 1;
    // The bench of this lot has no chart, and with it no lights.
    BenchChoice choice;
    choice.bench = "virtual";
    choice.slots = 1;
    lot.bench = openBench(choice).value();
    for (auto& step : lot.plan.main)
        if (step.type == "picture-quality") step.scenes = {Scene::Diffuser};
    ASSERT_TRUE(lot.run());
    const auto record = lot.store.lot("test").value().at(0);
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "NO_OPERATOR");
    EXPECT_THAT(record.failureDetail, HasSubstr("diffuser"));
}

TEST(PictureQuality, MeasurementWithALimitThatIsMissing_IsNotAPass) {
    test::VirtualLot lot(1, 1, {}, "ov2640.toml");
    lot.plan = onlyPicture("ov2640");
    lot.plan.runsOnError = 1;
    for (auto& step : lot.plan.main)
        if (step.type == "picture-quality") {
            step.resolutions = {{640, 480}}; // too small for sharpness
            step.scenes = {Scene::Chart};
        }
    ASSERT_TRUE(lot.run());
    const auto record = lot.store.lot("test").value().at(0);
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "MEASUREMENT_MISSING");
    EXPECT_THAT(record.failureDetail, HasSubstr("mtf50p_centre"));
}

TEST(PictureQuality, AfterIt_TheModuleIsAsBefore) {
    test::VirtualLot lot(1, 1, {}, "ov2640.toml");
    lot.plan.main.erase(std::remove_if(lot.plan.main.begin(), lot.plan.main.end(),
                                       [](const auto& step) {
                                           return step.type == "line-test" || step.type == "standby-current";
                                       }),
                        lot.plan.main.end());
    const auto capture = std::find_if(lot.plan.main.begin(), lot.plan.main.end(),
                                      [](const auto& step) { return step.type == "capture"; });
    capture->resolutions = {{1600, 1200}};
    auto again = *capture;
    again.resolutions = {{800, 600}};
    lot.plan.main.push_back(again);
    ASSERT_TRUE(lot.run());
    const auto record = lot.store.lot("test").value().at(0);
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureDetail;
}

} // namespace
} // namespace framegate
