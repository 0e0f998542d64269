// SPDX-License-Identifier: GPL-3.0-or-later
#include "system/framegate.h"

#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using test::framegate;
using test::TempFolder;
using testing::HasSubstr;

const std::string listHeader = "mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px\n";
const std::filesystem::path shared = std::filesystem::path(FRAMEGATE_SHARED_DIR) / "mtf";

/// A 16-bit PGM of a dark upright square of 120 pixels, turned anticlockwise by \a degrees, in the middle of
/// 240x240 pixels; its edges are a Gaussian's of \a sigma pixels.
std::string squarePicture(double degrees, double sigma) {
    std::string text = "P5 240 240 65535\n";
    const double angle = degrees * std::acos(-1.0) / 180;
    const auto rise = [&](double d) { return std::erfc(-d / sigma / std::sqrt(2)) / 2; };
    for (int y = 0; y < 240; ++y)
        for (int x = 0; x < 240; ++x) {
            const double right = (x - 120) * std::cos(angle) - (y - 120) * std::sin(angle);
            const double down = (x - 120) * std::sin(angle) + (y - 120) * std::cos(angle);
            const double dark = rise(60 - std::abs(right)) * rise(60 - std::abs(down));
            const auto level = static_cast<unsigned>(std::lround(45000 - 33000 * dark));
            text += static_cast<char>(level >> 8);
            text += static_cast<char>(level & 0xFF);
        }
    return text;
}

TEST(Measure, FourEdgesOfASquare_ComeOutAsJson) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(6, 1)).string();
    const auto list = folder.write("a.csv", listHeader + ",6,120,120,120\n").string();
    const auto ran = framegate({"measure", picture, "--edges", list, "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err << ran.out;
    const auto object = nlohmann::json::parse(ran.out);
    EXPECT_EQ(object["file"], picture);
    ASSERT_EQ(object["edges"].size(), 4U);
    const std::vector<std::string> sides = {"top", "right", "bottom", "left"};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& edge = object["edges"][i];
        EXPECT_EQ(edge["side"], sides[i]);
        EXPECT_EQ(edge["centre_x_px"], 120);
        EXPECT_EQ(edge["centre_y_px"], 120);
        EXPECT_NEAR(edge["mtf50_cy_px"].get<double>(), std::sqrt(std::log(2) / 2) / std::acos(-1.0), 0.0005);
        EXPECT_NEAR(edge["angle_deg"].get<double>(), 6, 0.01);
        EXPECT_GT(edge["mtf50_uncertainty_cy_px"].get<double>(), 0);
    }
}

TEST(Measure, WithoutJson_IsATableForPeople) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(6, 1)).string();
    const auto list = folder.write("a.csv", listHeader + ",6,120,120,120\n").string();
    const auto ran = framegate({"measure", picture, "--edges", list});
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, testing::AllOf(HasSubstr("MTF50"), HasSubstr("bottom"), HasSubstr("0.187")));
}

TEST(Measure, TransferThatIsTold_ReplacesTheDefault) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(6, 1)).string();
    const auto list = folder.write("a.csv", listHeader + ",6,120,120,120\n").string();
    const auto plain = framegate({"measure", picture, "--edges", list, "--json"});
    const auto linear = framegate({"measure", picture, "--edges", list, "--json", "--transfer", "linear"});
    const auto srgb = framegate({"measure", picture, "--edges", list, "--json", "--transfer", "srgb"});
    EXPECT_EQ(plain.out, linear.out);
    EXPECT_NE(plain.out, srgb.out);
}

TEST(Measure, EdgeThatCannotBeJudged_SaysWhyAndEndsWith3) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(0, 1)).string();
    const auto list = folder.write("a.csv", listHeader + ",0,120,120,120\n").string();
    const auto ran = framegate({"measure", picture, "--edges", list, "--json"});
    EXPECT_EQ(ran.status, 3);
    const auto edge = nlohmann::json::parse(ran.out)["edges"][0];
    EXPECT_TRUE(edge["mtf50_cy_px"].is_null());
    EXPECT_EQ(edge["code"], "EDGE_ANGLE");
}

TEST(Measure, SquareOutsideThePicture_IsWrongInput) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(6, 1)).string();
    const auto list = folder.write("a.csv", listHeader + ",6,1200,120,120\n").string();
    const auto ran = framegate({"measure", picture, "--edges", list});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("EDGE_PLACE"));
}

TEST(Measure, WrongInputs_EndWith2AndNameTheFile) {
    const TempFolder folder;
    const auto picture = folder.write("a.pgm", squarePicture(6, 1)).string();
    const auto good = folder.write("a.csv", listHeader + ",6,120,120,120\n").string();
    const auto bad = folder.write("b.csv", "x\n").string();
    const auto rubbish = folder.write("b.png", "rubbish").string();
    const auto truncated = folder.write("b.jpg", "\xFF\xD8\xFF\xD9").string();
    const auto ends2 = [](const std::vector<std::string>& arguments, const std::string& said) {
        const auto ran = framegate(arguments);
        EXPECT_EQ(ran.status, 2) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(said));
        EXPECT_EQ(ran.out, "");
    };
    ends2({"measure", picture, "--edges", bad}, "b.csv:1");
    ends2({"measure", picture, "--edges", "none.csv"}, "none.csv");
    ends2({"measure", "none.png", "--edges", good}, "none.png");
    ends2({"measure", rubbish, "--edges", good}, "b.png");
    ends2({"measure", truncated, "--edges", good}, "b.jpg");
    ends2({"measure", picture, "--edges", good, "--transfer", "log"}, "log");
    ends2({"measure", picture, "--edges", good, "--limits", "l.toml"}, "--edges");
    ends2({"measure", picture, "--edges", good, "--overlay", "x"}, "--edges");
    ends2({"measure"}, "FILES");
}

TEST(Measure, FramesOfKnownSharpness_AreMeasuredToTheirTolerance) {
    if (!std::filesystem::exists(shared / "set0_squares.csv"))
        GTEST_SKIP() << "no frames of known sharpness beside the project";
    for (const auto& [file, tolerance] : {std::pair("set0_lin16.png", 0.5), {"set0_jpg80.jpg", 8.0}}) {
        const auto list = (shared / "set0_squares.csv").string();
        const auto ran = framegate({"measure", (shared / file).string(), "--edges", list, "--json"});
        ASSERT_EQ(ran.status, 0) << ran.err;
        const auto edges = nlohmann::json::parse(ran.out)["edges"];
        ASSERT_EQ(edges.size(), 48U);
        const std::vector<double> truth = {0.06, 0.08,  0.1,  0.125, 0.15, 0.175,
                                           0.2,  0.225, 0.25, 0.275, 0.3,  0.35};
        for (std::size_t i = 0; i < edges.size(); ++i)
            EXPECT_NEAR(100 * (edges[i]["mtf50_cy_px"].get<double>() / truth[i / 4] - 1), 0, tolerance) << i;
    }
}

} // namespace
} // namespace framegate
