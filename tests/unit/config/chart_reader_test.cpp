// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/readers.h"
#include "config_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string shipped() {
    return shippedText("charts/framegate-a.toml");
}

/// The message about the shipped chart with one text replaced by another.
std::string errorWith(std::string_view from, std::string_view to) {
    const ConfigFolder folder;
    return folder.relative(configError(readChart(folder.write("c.toml", replaced(shipped(), from, to)))));
}

TEST(ChartReader, ShippedChart_HasItsParts) {
    const auto chart = readChart(shippedFolder() / "charts/framegate-a.toml");
    ASSERT_TRUE(chart) << chart.error().message;
    EXPECT_EQ(chart->name, "framegate-a");
    EXPECT_DOUBLE_EQ(chart->height, 0.75);
    EXPECT_EQ(chart->fiducials.size(), 9U);
    EXPECT_EQ(chart->squares.size(), 14U);
    EXPECT_EQ(chart->patches.size(), 48U);
    EXPECT_EQ(chart->sha256.size(), 64U);
}

TEST(ChartReader, FiducialZero_IsThatOfTheDictionary) {
    const auto chart = readChart(shippedFolder() / "charts/framegate-a.toml");
    ASSERT_TRUE(chart);
    EXPECT_EQ(chart->fiducials[0].bits, 0xB532); // bytes 181 and 50 of DICT_4X4_50
    EXPECT_FALSE(chart->fiducials[0].white(0, 0));
    EXPECT_TRUE(chart->fiducials[0].white(1, 1));
    EXPECT_FALSE(chart->fiducials[0].white(1, 2));
    EXPECT_FALSE(chart->fiducials[0].white(5, 5));
}

TEST(ChartReader, Patches_ComeInMirroredPairsOfOneColour) {
    const auto chart = readChart(shippedFolder() / "charts/framegate-a.toml");
    ASSERT_TRUE(chart);
    for (std::size_t i = 0; i < chart->patches.size(); i += 2) {
        const auto& patch = chart->patches[i];
        const auto& twin = chart->patches[i + 1];
        EXPECT_EQ(patch.name, twin.name);
        EXPECT_TRUE(!patch.mirrored && twin.mirrored);
        EXPECT_DOUBLE_EQ(patch.centre.x + twin.centre.x, 1);
        EXPECT_EQ(patch.colour, twin.colour);
    }
}

TEST(ChartReader, ObjectOnAnother_NamesBothAndThePlace) {
    EXPECT_THAT(errorWith("centre = [0.3972, 0.375]", "centre = [0.45, 0.375]"),
                AllOf(HasSubstr("c.toml:"), HasSubstr("centre-left"), HasSubstr("fiducial 4")));
}

TEST(ChartReader, ObjectBeyondTheChart_IsRefused) {
    EXPECT_THAT(errorWith("centre = [0.5, 0.715]", "centre = [0.5, 0.745]"),
                AllOf(HasSubstr("wedge"), HasSubstr("beyond the chart")));
}

TEST(ChartReader, FiducialDescribedTwice_IsRefused) {
    EXPECT_THAT(errorWith("id = 3", "id = 2"), HasSubstr("fiducial 2 is described twice"));
}

TEST(ChartReader, FiducialLikeAnotherTurned_IsRefused) {
    // Fiducial 1 a quarter turned, in place of fiducial 2.
    EXPECT_THAT(errorWith(R"(["0011", "0011", "0010", "1101"])", R"(["1110", "0010", "1010", "0110"])"),
                HasSubstr("differs from fiducial 1 in fewer than 3 cells"));
}

TEST(ChartReader, BitsOfTheWrongShape_AreRefused) {
    EXPECT_THAT(errorWith(R"(["0011", "0011", "0010", "1101"])", R"(["0011", "0011", "0010", "110"])"),
                HasSubstr("four rows of four cells"));
}

TEST(ChartReader, ColourOfTwoNumbers_IsRefused) {
    EXPECT_THAT(errorWith("linear_rgb = [0.4452,", "linear_rgb = ["),
                AllOf(HasSubstr("linear_rgb"), HasSubstr("expected 3 numbers, found 2")));
}

TEST(ChartReader, UnknownZone_NamesTheChoices) {
    EXPECT_THAT(
        errorWith("name = \"centre-left\"\nzone = \"centre\"", "name = \"centre-left\"\nzone = \"mid\""),
        HasSubstr("\"middle\""));
}

TEST(ChartReader, MarginBelowACell_IsRefused) {
    EXPECT_THAT(errorWith("margin = 0.0117", "margin = 0.005"), HasSubstr("at least one cell"));
}

TEST(ChartReader, MissingSection_NamesIt) {
    EXPECT_THAT(errorWith("[trap]", "[trip]"), HasSubstr("trap"));
}

} // namespace
} // namespace framegate::config
