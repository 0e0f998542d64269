// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/scene_sketch.h"

#include "drawn_picture.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using test::drawnPicture;
using test::hills;

SceneSketch sketch(Resolution size, const test::Drawing& drawing) {
    const auto picture = drawnPicture(size, drawing);
    return sketchOf(picture, lookOf(picture));
}

TEST(SceneSketch, Cells_AreMeansOfTheirParts) {
    const auto drawn = sketch({1600, 1200}, [](double x, double y) { return y < 0.5 ? 40 * x : -60.0; });
    ASSERT_EQ(drawn.cells.size(), std::size_t{sketchColumns} * sketchRows);
    EXPECT_NEAR(drawn.cells.front()[0], 40 * 0.5 / sketchColumns, 0.2);
    EXPECT_NEAR(drawn.cells.back()[2], -60, 0.2);
    EXPECT_EQ(drawn.size, (Resolution{1600, 1200}));
}

TEST(SceneSketch, OneSceneInAllSizes_IsTheSame) {
    const auto large = sketch({1600, 1200}, hills);
    for (const Resolution size : {Resolution{160, 120}, Resolution{176, 144}, Resolution{1280, 1024}})
        EXPECT_LT(differenceOf(large, sketch(size, hills)).levels, 1.5) << size.text();
}

TEST(SceneSketch, ExposureOfItsOwn_IsTheSame) {
    const auto brighter = sketch({320, 240}, [](double x, double y) { return 1.2 * hills(x, y) + 10; });
    EXPECT_LT(differenceOf(sketch({1600, 1200}, hills), brighter).levels, 1.5);
}

TEST(SceneSketch, PartOfTheScene_IsTheSameEitherWay) {
    const auto part =
        sketch({320, 240}, [](double x, double y) { return hills(0.1 + 0.8 * x, 0.1 + 0.8 * y); });
    const auto whole = sketch({640, 480}, hills);
    EXPECT_LT(differenceOf(whole, part).levels, 4);
    EXPECT_LT(differenceOf(part, whole).levels, 4);
}

TEST(SceneSketch, AnotherScene_IsFarOff) {
    const auto other = sketch({640, 480}, [](double x, double y) { return hills(1 - x, y * y); });
    EXPECT_GT(differenceOf(sketch({640, 480}, hills), other).levels, 15);
}

TEST(SceneSketch, AStep_IsFoundWithItsPlace) {
    const auto stepped =
        sketch({640, 480}, [](double x, double y) { return hills(x, y) + (y > 0.67 ? 40 : 0); });
    const auto found = differenceOf(sketch({1600, 1200}, hills), stepped);
    EXPECT_GT(found.levels, 20);
    EXPECT_GT(std::abs(found.step), 20);
    EXPECT_EQ(found.stepRow, 4U);
}

TEST(SceneSketch, RowsRepeatedAtTheEnd_AreCounted) {
    const auto drawn = sketch({640, 480}, [](double x, double y) { return hills(x, std::min(y, 0.8)); });
    EXPECT_NEAR(drawn.repeatedRows, 0.2 * 60, 1);
    EXPECT_LT(drawn.filledMcus, 40U);
    EXPECT_EQ(sketch({640, 480}, hills).repeatedRows, 0U);
}

TEST(SceneSketch, McusFilledAtTheEnd_AreCounted) {
    const auto drawn = sketch({640, 480}, [](double x, double y) { return y < 0.75 ? hills(x, y) : 0.0; });
    EXPECT_GE(drawn.filledMcus, 15U * 40);
    const auto black = sketch({640, 480}, [](double, double) { return -128.0; });
    EXPECT_EQ(black.filledMcus, 60U * 40);
    EXPECT_EQ(black.repeatedRows, 59U);
}

} // namespace
} // namespace framegate
