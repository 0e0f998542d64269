// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_place.h"

#include <gtest/gtest.h>

namespace framegate::imaging {
namespace {

TEST(EdgesOf, UprightSquare_GoesRoundFromTheTop) {
    const auto edges = edgesOf({{50, 40}, 20, 0});
    EXPECT_DOUBLE_EQ(edges[0].start.x, 40);
    EXPECT_DOUBLE_EQ(edges[0].start.y, 30);
    EXPECT_DOUBLE_EQ(edges[1].start.x, 60);
    EXPECT_DOUBLE_EQ(edges[1].end.y, 50);
    EXPECT_DOUBLE_EQ(edges[2].end.x, 40);
    EXPECT_DOUBLE_EQ(edges[3].end.y, 30);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(edges[i].end.x, edges[(i + 1) % 4].start.x);
        EXPECT_EQ(edges[i].end.y, edges[(i + 1) % 4].start.y);
    }
}

TEST(EdgesOf, TurnedAnticlockwise_TheTopRisesToTheRight) {
    const auto top = edgesOf({{50, 50}, 20, 5})[0];
    EXPECT_LT(top.end.y, top.start.y);
    EXPECT_GT(top.end.x, top.start.x);
}

TEST(EdgesOf, AQuarterTurnMore_ChangesNothing) {
    const auto edges = edgesOf({{50, 50}, 20, 7});
    const auto turned = edgesOf({{50, 50}, 20, 97});
    EXPECT_NEAR(edges[0].start.x, turned[0].start.x, 1e-9);
    EXPECT_NEAR(edges[2].end.y, turned[2].end.y, 1e-9);
}

TEST(EdgesOf, Reach_IsAThirdOfTheSideUpTo64) {
    EXPECT_DOUBLE_EQ(edgesOf({{500, 500}, 90, 0})[0].reach, 30);
    EXPECT_DOUBLE_EQ(edgesOf({{500, 500}, 400, 0})[0].reach, 64);
}

TEST(SideText, NamesTheSidesInTheirOrder) {
    EXPECT_EQ(sideText(Side::Top), "top");
    EXPECT_EQ(sideText(Side::Right), "right");
    EXPECT_EQ(sideText(Side::Bottom), "bottom");
    EXPECT_EQ(sideText(Side::Left), "left");
}

} // namespace
} // namespace framegate::imaging
