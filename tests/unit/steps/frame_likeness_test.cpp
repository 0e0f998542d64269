// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/frame_likeness.h"

#include "drawn_picture.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using test::drawnPicture;
using test::hills;

constexpr Resolution size{640, 480};
const SettleRule rule;

Look look(const test::Drawing& drawing) {
    return lookOf(drawnPicture(size, drawing));
}

/// The hills, brighter by \a levels in the last \a share of the rows.
test::Drawing stepped(double levels, double share) {
    return [=](double x, double y) { return hills(x, y) + (y > 1 - share ? levels : 0); };
}

TEST(FrameLikeness, Look_HasTheColourOfEachMcu) {
    auto picture = drawnPicture({32, 16}, [](double x, double) { return x < 0.5 ? 10.0 : 30.0; });
    picture.dc[1].values[3] = 80; // Cb 10 levels from the middle
    picture.dc[2].values[3] = -40;
    const auto shown = lookOf(picture);
    ASSERT_EQ(shown.colour.size(), 4U);
    EXPECT_FLOAT_EQ(shown.colour[0][0], 10);
    EXPECT_FLOAT_EQ(shown.colour[1][2], 30);
    EXPECT_NEAR(shown.colour[3][0], 30 - 5 * 1.402, 1e-4);
    EXPECT_NEAR(shown.colour[3][1], 30 - 10 * 0.344 + 5 * 0.714, 1e-4);
    EXPECT_NEAR(shown.colour[3][2], 30 + 10 * 1.772, 1e-4);
}

TEST(FrameLikeness, SameScene_IsAlikeAndNotOdd) {
    const auto a = look(hills);
    const auto b = look([](double x, double y) { return hills(x, y) + 1.5 * std::sin(900 * x * y); });
    EXPECT_TRUE(alike(a, b, rule));
    EXPECT_FALSE(isOdd(b, a));
    EXPECT_EQ(changedShare(a, b), 0);
}

TEST(FrameLikeness, AStepOfNineLevelsInATwentiethOfTheRows_IsUnlike) {
    const auto a = look(hills);
    const auto b = look(stepped(9, 0.05));
    EXPECT_NEAR(changedShare(a, b), 0.05, 0.005);
    EXPECT_FALSE(alike(a, b, rule)) << "though the means differ by half a level only";
}

TEST(FrameLikeness, AFewMcus_DoNotMakeItUnlike) {
    const auto a = look(hills);
    auto b = a;
    for (const std::size_t mcu : {3, 77, 500, 1200})
        b.colour[mcu][1] += 60;
    EXPECT_TRUE(alike(a, b, rule)) << "four of 2400";
    b.colour[2000][1] += 60;
    EXPECT_FALSE(alike(a, b, rule));
}

TEST(FrameLikeness, SmallPicture_GrantsTwoMcus) {
    const auto a = lookOf(drawnPicture({160, 120}, hills));
    auto b = a;
    b.colour[3][0] += 40;
    b.colour[4][0] += 40;
    EXPECT_TRUE(alike(a, b, rule));
    b.colour[5][0] += 40;
    EXPECT_FALSE(alike(a, b, rule));
}

TEST(FrameLikeness, FewMcus_AreUnlikeButNotOdd) {
    const auto usual = look(hills);
    const auto speck = look(stepped(60, 0.017));
    EXPECT_FALSE(alike(usual, speck, rule)) << "one row of 60";
    EXPECT_FALSE(isOdd(speck, usual));
}

TEST(FrameLikeness, APatternThatMoves_IsSteadyButNotAlike) {
    const auto bars = [](double from) {
        return look([=](double x, double) { return std::fmod(x + from, 0.25) < 0.125 ? 80.0 : -80.0; });
    };
    EXPECT_TRUE(steady(bars(0), bars(0.05), rule));
    EXPECT_FALSE(alike(bars(0), bars(0.05), rule));
}

TEST(FrameLikeness, ColourAlone_IsComparedToo) {
    auto picture = drawnPicture(size, hills);
    const auto a = lookOf(picture);
    for (std::size_t i = 0; i < picture.dc[1].values.size() / 10; ++i)
        picture.dc[1].values[i] = 8 * 5; // blue changes by nine levels
    EXPECT_FALSE(alike(a, lookOf(picture), rule));
}

TEST(FrameLikeness, CoarseQuantisers_GrantTheirRounding) {
    const auto coarse = [](const test::Drawing& drawing) { return lookOf(drawnPicture(size, drawing, 64)); };
    EXPECT_TRUE(alike(coarse(hills), coarse(stepped(8, 0.2)), rule)) << "one step of the quantiser";
    EXPECT_FALSE(alike(look(hills), look(stepped(8, 0.2)), rule));
}

TEST(FrameLikeness, AnotherLength_IsUnlike) {
    const auto a = look(hills);
    auto b = a;
    b.bytes = a.bytes * 2;
    EXPECT_FALSE(alike(a, b, rule));
}

TEST(FrameLikeness, AnotherShape_IsUnlikeAndOdd) {
    const auto other = lookOf(drawnPicture({320, 240}, hills));
    EXPECT_EQ(changedShare(look(hills), other), 1);
    EXPECT_TRUE(isOdd(other, look(hills)));
}

TEST(FrameLikeness, ExposureAndContrast_AreNotOdd) {
    const auto usual = look(hills);
    for (const double gain : {0.6, 0.8, 1.2, 1.5})
        EXPECT_FALSE(isOdd(look([=](double x, double y) { return gain * (hills(x, y) + 128) - 128; }), usual))
            << gain;
}

TEST(FrameLikeness, ExposureThatClips_IsNotOdd) {
    const auto bright = [](double gain) {
        return look([=](double x, double y) { return std::min(127.0, gain * (hills(x, y) + 168) - 128); });
    };
    EXPECT_FALSE(isOdd(bright(1.15), bright(1.0)));
}

TEST(FrameLikeness, FlatScene_AnyBrightnessIsNotOdd) {
    const auto flat = [](double level) { return look([=](double, double) { return level; }); };
    EXPECT_FALSE(isOdd(flat(60), flat(-100)));
    EXPECT_TRUE(alike(flat(-128), flat(-128), rule));
}

TEST(FrameLikeness, AStepThatExposureDoesNotExplain_IsOdd) {
    EXPECT_TRUE(isOdd(look(stepped(20, 0.1)), look(hills)));
    EXPECT_TRUE(isOdd(look(stepped(-20, 0.6)), look(hills)));
}

TEST(FrameLikeness, Tone_IsFoundBesideDamage) {
    std::vector<BlockColour> one;
    std::vector<BlockColour> other;
    for (int i = 0; i < 200; ++i) {
        const auto x = static_cast<float>(i % 100 - 50);
        const float y = i < 60 ? 100.0F : 1.1F * x + 5;
        one.push_back({x, x, x});
        other.push_back({y, y, y});
    }
    const auto tone = fitTone(one, other);
    EXPECT_NEAR(tone.gain[0], 1.1, 0.03);
    EXPECT_NEAR(tone.offset[2], 5, 1);
}

} // namespace
} // namespace framegate
