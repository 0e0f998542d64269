// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/csv.h"
#include "system/framegate.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace framegate {
namespace {

const std::string program = FRAMEGATE_BIN_DIR "/framegate-station";

/// The window's program without a screen.
test::Ran station(std::vector<std::string> arguments) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    arguments.insert(arguments.begin(), program);
    return test::runProgram(std::move(arguments));
}

#define SKIP_WITHOUT_GUI()                                                                                   \
    if (!std::filesystem::exists(program)) GTEST_SKIP() << "built without framegate-station"

TEST(StationProgram, RunsALotWithTheSameEngineAndShowsIt) {
    SKIP_WITHOUT_GUI();
    const test::TempFolder folder;
    const auto scenario = folder.write("bad.toml", "[[unit]]\nindex = 2\nfault = \"sensor-dead\"\n");
    const auto picture = folder / "window.png";
    const auto ran =
        station({"--plan", test::sourceFolder + "/fixtures/plans/ov2640-quick.toml", "--bench", "virtual",
                 "--units", "3", "--slots", "2", "--scenario", scenario.string(), "--out",
                 (folder / "lot").string(), "--exit-when-done", "--screenshot", picture.string()});
    EXPECT_EQ(ran.status, 1) << ran.err;
    const auto rows = test::parseCsv(test::readText(folder / "lot" / "units.csv"));
    ASSERT_EQ(rows.size(), 3U);
    for (const auto& row : rows)
        EXPECT_EQ(row.at("outcome"), row.at("serial") == "FG-000002" ? "FAIL" : "PASS") << row.at("serial");
    EXPECT_EQ(test::readText(picture).substr(1, 3), "PNG");
}

TEST(StationProgram, PlanThatIsNotThere_IsWrongInput) {
    SKIP_WITHOUT_GUI();
    const test::TempFolder folder;
    const auto ran = station({"--plan", "none.toml", "--bench", "virtual", "--out", (folder / "lot").string(),
                              "--exit-when-done"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, testing::HasSubstr("none.toml"));
}

} // namespace
} // namespace framegate
