// SPDX-License-Identifier: GPL-3.0-or-later
#include "system/framegate.h"

#include "support/csv.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::framegate;
using test::readText;
using test::runLot;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

std::string shippedPlan(const std::string& from = {}, const std::string& to = {}) {
    auto text = readText(test::sourceFolder + "/fixtures/plans/ov2640-quick.toml");
    if (const auto at = text.find(from); !from.empty() && at != std::string::npos)
        text.replace(at, from.size(), to);
    return text;
}

test::Ran runPlan(const TempFolder& folder, const std::string& planText) {
    const auto plan = folder.write("plan.toml", planText);
    return framegate(
        {"run", "--plan", plan.string(), "--bench", "virtual", "--out", (folder / "lot").string()});
}

TEST(Refusals, BrokenToml_NamesFileLineAndColumn) {
    const TempFolder folder;
    const auto ran = runPlan(folder, "name = \"x\"\nversion = = 1\n");
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("plan.toml:2:"));
    EXPECT_FALSE(std::filesystem::exists(folder / "lot"));
}

TEST(Refusals, UnknownSensor_IsNamedWithItsPlace) {
    const TempFolder folder;
    const auto ran = runPlan(folder, shippedPlan("\"ov2640\"", "\"ov9999\""));
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("plan.toml:"), HasSubstr("ov9999")));
}

TEST(Refusals, PlanThatIsNotThere_SaysSo) {
    const TempFolder folder;
    const auto ran =
        framegate({"run", "--plan", "none.toml", "--bench", "virtual", "--out", (folder / "lot").string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("none.toml"));
}

TEST(Refusals, DuplicateSerials_NameBothLines) {
    const TempFolder folder;
    const auto serials = folder.write("serials.txt", "A-1\nA-2\nA-1\n");
    const auto ran = runLot(folder / "lot", {"--serials", serials.string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("serials.txt:3"), HasSubstr("A-1"), HasSubstr("1")));
}

TEST(Refusals, OutputPathThatIsAFile_StaysAsItWas) {
    const TempFolder folder;
    const auto file = folder.write("lot", "precious");
    const auto ran = runLot(file, {"--units", "1"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("is a file"));
    EXPECT_EQ(readText(file), "precious");
}

TEST(Refusals, UnwritableFolder_IsRefusedBeforeAnythingRuns) {
    // /proc takes no new folders, not even from root.
    const auto ran = runLot("/proc/framegate-lot", {"--units", "1"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("/proc/framegate-lot"));
}

TEST(Refusals, UnknownOption_IsTheUsersMistake) {
    EXPECT_EQ(framegate({"run", "--frobnicate"}).status, 2);
    EXPECT_EQ(framegate({"frobnicate"}).status, 2);
    EXPECT_EQ(framegate({}).status, 2);
    EXPECT_EQ(framegate({"--help"}).status, 0);
    EXPECT_EQ(framegate({"run", "--help"}).status, 0);
}

TEST(Refusals, ScenarioOnRealBench_IsRefused) {
    const TempFolder folder;
    const auto ran = framegate({"run", "--plan", test::sourceFolder + "/fixtures/plans/ov2640.toml",
                                "--scenario", "x.toml", "--out", (folder / "lot").string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("--bench virtual"));
}

TEST(Refusals, UnknownFaultInScenario_NamesFileAndLine) {
    const TempFolder folder;
    const auto scenario = folder.write("s.toml", "[[unit]]\nindex = 1\nfault = \"gremlins\"\n");
    const auto ran = runLot(folder / "lot", {"--units", "1", "--scenario", scenario.string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("s.toml:3:"), HasSubstr("gremlins")));
}

TEST(Refusals, DiskThatFills_KeepsWholeRowsAndSaysSo) {
    const test::SmallDisk disk("size=600k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    const auto ran = runLot(disk / "lot", {"--units", "200", "--slots", "2"});
    EXPECT_EQ(ran.status, 3) << ran.err;
    EXPECT_THAT(ran.err, testing::ContainsRegex("RECORD_NOT_STORED|FILE_WRITE|DB_OPEN"));
    const auto units = readText(disk / "lot" / "units.csv");
    ASSERT_FALSE(units.empty());
    EXPECT_EQ(units.back(), '\n');
    const auto rows = test::parseCsv(units);
    ASSERT_FALSE(rows.empty()) << "the disk was too small for a single unit";
    for (const auto& row : rows)
        EXPECT_EQ(row.at("bench"), "virtual");
    EXPECT_FALSE(std::filesystem::exists(disk / "lot" / "summary.json.partial"));
}

} // namespace
} // namespace framegate
