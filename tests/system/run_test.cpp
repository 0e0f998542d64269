// SPDX-License-Identifier: GPL-3.0-or-later
#include "system/framegate.h"

#include "support/csv.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

namespace framegate {
namespace {

using test::framegate;
using test::parseCsv;
using test::readText;
using test::runLot;
using test::TempFolder;
using testing::HasSubstr;

using Rows = std::vector<std::map<std::string, std::string>>;

Rows unitsOf(const std::filesystem::path& out) {
    return parseCsv(readText(out / "units.csv"));
}
Rows measurementsOf(const std::filesystem::path& out) {
    return parseCsv(readText(out / "measurements.csv"));
}

TEST(Run, LotOfGoodUnits_PassesWithMeasurementsAtEverySize) {
    const TempFolder folder;
    const auto ran = runLot(folder / "lot", {"--units", "20", "--slots", "4"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto units = unitsOf(folder / "lot");
    ASSERT_EQ(units.size(), 20U);
    std::map<std::string, std::set<std::string>> sizes;
    for (const auto& row : measurementsOf(folder / "lot"))
        if (!row.at("resolution").empty()) sizes[row.at("serial")].insert(row.at("resolution"));
    for (const auto& unit : units) {
        EXPECT_EQ(unit.at("outcome"), "PASS") << unit.at("serial");
        EXPECT_EQ(unit.at("bench"), "virtual");
        EXPECT_EQ(sizes[unit.at("serial")].size(), 9U) << unit.at("serial");
    }
    EXPECT_THAT(ran.out, HasSubstr("first-pass yield"));
}

TEST(Run, OneUnitAtFault_FailsAndIsNamed) {
    const TempFolder folder;
    const auto scenario =
        folder.write("bad.toml", "[[unit]]\nserial = \"FG-000003\"\nfault = \"i2c-write-busy\"\nus = 3000\n");
    const auto ran =
        runLot(folder / "lot", {"--units", "4", "--slots", "2", "--scenario", scenario.string()});
    EXPECT_EQ(ran.status, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("FAIL FG-000003"));
    for (const auto& unit : unitsOf(folder / "lot"))
        EXPECT_EQ(unit.at("outcome"), unit.at("serial") == "FG-000003" ? "FAIL" : "PASS")
            << unit.at("serial");
    const auto summary = nlohmann::json::parse(readText(folder / "lot" / "summary.json"));
    EXPECT_THAT(summary.dump(), HasSubstr("FG-000003"));
}

/// Rows without what differs from run to run: when, and in which slot on which board.
std::vector<std::string> comparable(Rows rows) {
    std::vector<std::string> lines;
    for (auto& row : rows) {
        for (const auto* column : {"started_at", "slot", "board_id", "lot"})
            row.erase(column);
        std::string line;
        for (const auto& [name, value] : row)
            line += name + "=" + value + ";";
        lines.push_back(line);
    }
    std::stable_sort(lines.begin(), lines.end());
    return lines;
}

TEST(Run, SameSeed_GivesTheSameRowsForAnyNumberOfSlots) {
    const TempFolder folder;
    const auto scenario =
        folder.write("mix.toml", "[mix]\ngood = 0.5\nfaults = [\"dvp-stuck-bit\", \"slow-settle\"]\n");
    std::vector<std::vector<std::string>> units;
    std::vector<std::vector<std::string>> measurements;
    for (const auto* slots : {"1", "4", "16"}) {
        const auto out = folder / slots;
        runLot(out, {"--units", "8", "--slots", slots, "--seed", "7", "--scenario", scenario.string()},
               "ov2640-quick.toml");
        units.push_back(comparable(unitsOf(out)));
        measurements.push_back(comparable(measurementsOf(out)));
    }
    ASSERT_EQ(units[0].size(), 8U);
    EXPECT_EQ(units[0], units[1]);
    EXPECT_EQ(units[0], units[2]);
    EXPECT_EQ(measurements[0], measurements[1]);
    EXPECT_EQ(measurements[0], measurements[2]);
}

TEST(Run, NoModuleInSlot_IsErrorAndExitStatusThree) {
    const TempFolder folder;
    const auto scenario = folder.write("gone.toml", "[[unit]]\nindex = 1\nfault = \"absent\"\n");
    const auto ran =
        runLot(folder / "lot", {"--units", "1", "--scenario", scenario.string()}, "ov2640-quick.toml");
    EXPECT_EQ(ran.status, 3) << ran.err;
    EXPECT_EQ(unitsOf(folder / "lot").front().at("failure_code"), "NO_MODULE");
}

TEST(Run, StopSignal_AbortsEverySlotAfterTeardown) {
    const TempFolder folder;
    test::Program program(
        test::commandLine(test::runArguments(folder / "lot", {"--units", "50", "--slots", "2", "--pace", "1",
                                                              "--events", (folder / "events").string()})));
    ASSERT_TRUE(program.await(folder / "events", "capture")) << program.err();
    program.signal(SIGINT);
    EXPECT_EQ(program.wait(), 130) << program.err();
    const auto units = unitsOf(folder / "lot");
    ASSERT_FALSE(units.empty());
    for (const auto& unit : units)
        EXPECT_EQ(unit.at("outcome"), "ABORTED");
    EXPECT_THAT(readText(folder / "events"), HasSubstr("\"step\":\"standby\""));
}

TEST(Run, IntoAFolderThatHoldsALot_IsRefusedAndResumeContinues) {
    const TempFolder folder;
    ASSERT_EQ(runLot(folder / "lot", {"--units", "2", "--lot", "L1"}, "ov2640-quick.toml").status, 0);
    const auto again = runLot(folder / "lot", {"--units", "4"}, "ov2640-quick.toml");
    EXPECT_EQ(again.status, 2);
    EXPECT_THAT(again.err, HasSubstr("--resume"));
    const auto resumed = runLot(folder / "lot", {"--units", "4", "--resume"}, "ov2640-quick.toml");
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    const auto units = unitsOf(folder / "lot");
    ASSERT_EQ(units.size(), 4U);
    for (const auto& unit : units)
        EXPECT_EQ(unit.at("lot"), "L1");
    const auto summary = nlohmann::json::parse(readText(folder / "lot" / "summary.json"));
    EXPECT_THAT(summary.dump(), HasSubstr("\"passed\":4"));
}

} // namespace
} // namespace framegate
