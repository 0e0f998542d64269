// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/chart_description.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

TEST(ChartDescription, SquareTurnedClockwise_RaisesItsLeftCornerToTheRight) {
    const auto upright = squareCorners({0.5, 0.4}, 0.2, 0);
    EXPECT_DOUBLE_EQ(upright[0].x, 0.4);
    EXPECT_DOUBLE_EQ(upright[0].y, 0.3);
    EXPECT_DOUBLE_EQ(upright[2].x, 0.6);
    const auto turned = squareCorners({0.5, 0.4}, 0.2, 5);
    EXPECT_GT(turned[0].x, upright[0].x);
    EXPECT_LT(turned[0].y, upright[0].y);
    EXPECT_GT(turned[1].y, upright[1].y);
}

TEST(ChartDescription, BitsTurnedFourTimes_AreTheSame) {
    constexpr std::uint16_t topRow = 0xF000;
    EXPECT_EQ(turnedClockwise(topRow), 0x1111); // the right column
    std::uint16_t bits = 0xB532;
    for (int i = 0; i < 4; ++i)
        bits = turnedClockwise(bits);
    EXPECT_EQ(bits, 0xB532);
}

TEST(ChartDescription, FrameOfAFiducial_IsBlack) {
    const ChartFiducial fiducial{0, {}, 0xFFFF};
    EXPECT_FALSE(fiducial.white(0, 3));
    EXPECT_FALSE(fiducial.white(3, 5));
    EXPECT_TRUE(fiducial.white(1, 4));
}

} // namespace
} // namespace framegate
