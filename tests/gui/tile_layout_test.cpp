// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/tile_layout.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

TEST(ColumnsFor, FewSlots_FillTheArea) {
    EXPECT_EQ(columnsFor(1, {1256, 420}), 1);
    EXPECT_EQ(columnsFor(2, {1256, 420}), 2);
    EXPECT_EQ(columnsFor(4, {1256, 420}), 4);
    EXPECT_EQ(columnsFor(4, {800, 700}), 2);
}

TEST(ColumnsFor, EmptyArea_IsOneColumn) {
    EXPECT_EQ(columnsFor(4, {0, 0}), 1);
    EXPECT_EQ(columnsFor(0, {100, 100}), 1);
}

class TileSizes : public testing::TestWithParam<QSizeF> {};

TEST_P(TileSizes, Parts_LieInTheCardAndDoNotOverlap) {
    const auto layout = layOutTile(GetParam());
    const QRectF parts[] = {layout.badge,   layout.title, layout.verdict,
                            layout.picture, layout.text,  layout.progress};
    for (const auto& part : parts) {
        EXPECT_TRUE(part.isEmpty() || layout.card.contains(part));
        for (const auto& other : parts)
            EXPECT_TRUE(&part == &other || !part.intersects(other));
    }
    EXPECT_GE(layout.verdict.height(), 24);
    EXPECT_GE(layout.text.height(), layout.unit);
}

INSTANTIATE_TEST_SUITE_P(AllStations, TileSizes,
                         testing::Values(QSizeF(150, 110), QSizeF(205, 135), QSizeF(310, 97),
                                         QSizeF(310, 420), QSizeF(624, 206), QSizeF(1256, 420),
                                         QSizeF(1896, 700), QSizeF(470, 170)));

} // namespace
} // namespace framegate
