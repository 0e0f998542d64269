// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures of the chart and limits, as the command line has them.
#include "framegate.h"

#include "support/temp_folder.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using test::framegate;
using test::TempFolder;
using testing::HasSubstr;

std::string fixture(const std::string& name) {
    return test::sourceFolder + "/fixtures/" + name;
}

/// A picture of the chart by a simulated module.
std::string pictureIn(const TempFolder& folder, const std::string& size) {
    const auto file = (folder / (size + ".jpg")).string();
    const auto ran = framegate({"capture", "--bench", "virtual", "--plan", fixture("plans/ov2640.toml"),
                                "--resolution", size, "-o", file});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return file;
}

TEST(MeasureChart, GoodPicture_PassesItsLimits) {
    const TempFolder folder;
    const auto picture = pictureIn(folder, "1600x1200");
    const auto ran = framegate({"measure", picture, "--limits", fixture("limits/ov2640.toml"), "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err << ran.out;
    const auto object = nlohmann::json::parse(ran.out);
    EXPECT_EQ(object["file"], picture);
    int judged = 0;
    for (const auto& measurement : object["measurements"]) {
        EXPECT_NE(measurement["outcome"], "FAIL") << measurement;
        judged += measurement["outcome"] == "PASS" ? 1 : 0;
        if (measurement["name"] == "mtf50p_corner_top_left") {
            EXPECT_EQ(measurement["position"], "top_left");
        }
        if (measurement["name"] == "mtf50p_centre") {
            EXPECT_NEAR(measurement["value"].get<double>(), 0.3, 0.05);
        }
    }
    EXPECT_GT(judged, 15);
}

TEST(MeasureChart, LimitThatIsMissed_EndsWith1) {
    const TempFolder folder;
    const auto limits =
        folder.write("l.toml", "name = \"l\"\nversion = \"1\"\n[[limit]]\nname = \"mtf50p_centre\"\n"
                               "low = 0.9\nreason = \"no lens is so good\"\n");
    const auto ran = framegate({"measure", pictureIn(folder, "1600x1200"), "--limits", limits.string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.out, HasSubstr("FAIL"));
}

TEST(MeasureChart, Overlay_WritesThreeDrawings) {
    const TempFolder folder;
    const auto picture = pictureIn(folder, "1600x1200");
    const auto ran = framegate({"measure", picture, "--overlay", (folder / "drawn").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const auto* kind : {"overlay", "focus", "sfr"})
        EXPECT_TRUE(std::filesystem::exists(folder / "drawn" / (std::string("1600x1200-") + kind + ".png")))
            << kind;
    const auto refused = framegate({"measure", picture, "--overlay", picture});
    EXPECT_EQ(refused.status, 2) << refused.err;
}

TEST(MeasureChart, NoChart_EndsWith3AndSaysWhy) {
    const TempFolder folder;
    const auto ran = framegate({"measure", pictureIn(folder, "160x120")}); // too small to be read
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.err, HasSubstr("CHART_"));
}

TEST(MeasureChart, ChartAndEdgesTogether_AreRefused) {
    const auto ran = framegate({"measure", "x.jpg", "--edges", "e.csv", "--chart", "framegate-a"});
    EXPECT_EQ(ran.status, 2);
}

/// A lot of ten good units.
std::string lotIn(const TempFolder& folder) {
    const auto out = (folder / "lot").string();
    const auto ran = framegate({"run", "--plan", fixture("plans/ov2640-quick.toml"), "--bench", "virtual",
                                "--units", "10", "--slots", "2", "--lot", "GOLD", "--out", out});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return out;
}

TEST(LimitsLearn, GoodLot_GivesAFileThatAPlanMayName) {
    const TempFolder folder;
    const auto out = lotIn(folder);
    const auto file = (folder / "learnt.toml").string();
    const auto ran = framegate({"limits", "learn", "GOLD", "-o", file, "--out", out});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("supply_rail"));
    const auto again = framegate({"run", "--plan", fixture("plans/ov2640-quick.toml"), "--bench", "virtual",
                                  "--units", "2", "--limits", file, "--out", (folder / "again").string()});
    EXPECT_EQ(again.status, 0) << again.err;
}

TEST(LimitsLearn, LotThatIsNotThere_NamesThoseThatAre) {
    const TempFolder folder;
    const auto ran =
        framegate({"limits", "learn", "OTHER", "-o", (folder / "l.toml").string(), "--out", lotIn(folder)});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("GOLD"));
    EXPECT_FALSE(std::filesystem::exists(folder / "l.toml"));
}

TEST(LimitsLearn, FolderWithoutALot_IsRefusedAndLeftAsItIs) {
    const TempFolder folder;
    const auto ran = framegate(
        {"limits", "learn", "GOLD", "-o", (folder / "l.toml").string(), "--out", (folder / "").string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_FALSE(std::filesystem::exists(folder / "records.sqlite"));
}

} // namespace
} // namespace framegate
