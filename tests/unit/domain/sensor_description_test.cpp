// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/sensor_description.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace framegate {
namespace {

constexpr Resolution small{320, 240};
constexpr Resolution large{640, 480};
constexpr RegisterAddress strobe{0, 0x08};
constexpr RegisterAddress quality{0, 0x44};

SensorDescription sensor() {
    SensorDescription made;
    made.base = {{{0, 0x30}, 1}, {{0, 0x20}, 7}, {{0, 0x20}, 9}, {strobe, 0x80, false, false}, {quality, 8}};
    made.hold = {{strobe, 0x04, false, false}};
    made.modes = {{small, {{strobe, 0x04, false, false}, {{0, 0x30}, 2}}},
                  {large, {{strobe, 0x04, false, false}, {{0, 0x30}, 3}}}};
    made.jpegQuality = JpegQuality{quality, 2, 16, 8};
    return made;
}

RegisterImage valuesOf(const std::vector<RegisterWrite>& writes) {
    RegisterImage values;
    for (const auto& write : writes)
        values[write.at] = write.value;
    return values;
}

TEST(SensorDescription, Mode_IsFoundByItsExactSize) {
    const auto made = sensor();
    EXPECT_EQ(made.mode(large), &made.modes[1]);
    EXPECT_EQ(made.mode({480, 640}), nullptr);
    EXPECT_EQ(SensorDescription().mode(small), nullptr);
}

TEST(SensorDescription, Image_IsBaseOverlaidByTheMode) {
    EXPECT_EQ(valuesOf(sensor().image(small)), (RegisterImage{{{0, 0x20}, 9}, {{0, 0x30}, 2}, {quality, 8}}));
    EXPECT_EQ(valuesOf(sensor().image(large)).at({0, 0x30}), 3);
    EXPECT_TRUE(sensor().image({1, 1}).empty());
}

TEST(SensorDescription, Image_IsOrderedAndLeavesOutWhatIsNotKept) {
    const auto image = sensor().image(small);
    EXPECT_TRUE(
        std::is_sorted(image.begin(), image.end(), [](const auto& a, const auto& b) { return a.at < b.at; }));
    for (const auto& write : image)
        EXPECT_NE(write.at, strobe);
}

TEST(SensorDescription, Changes_AreWhatDiffers) {
    const auto made = sensor();
    const auto changes = made.changes(valuesOf(made.image(small)), large);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].at, (RegisterAddress{0, 0x30}));
    EXPECT_EQ(changes[0].value, 3);
    EXPECT_TRUE(made.changes(valuesOf(made.image(large)), large).empty());
}

TEST(SensorDescription, Changes_WriteRegistersThatNothingIsKnownOf) {
    const auto made = sensor();
    EXPECT_EQ(made.changes({}, small).size(), made.image(small).size());
}

TEST(ImageOf, MaskedWrite_KeepsTheOtherBits) {
    const auto image = imageOf({{{1, 0x13}, 0xE5}, {{1, 0x13}, 0x00, true, true, 0x05}});
    ASSERT_EQ(image.size(), 1U);
    EXPECT_EQ(image[0].value, 0xE0);
    EXPECT_EQ(image[0].mask, 0xFF);
}

TEST(SensorDescription, SetQuality_ChangesOneSizeAndKeepsTheOthersStandard) {
    auto made = sensor();
    ASSERT_TRUE(made.setQuality(large, 12));
    EXPECT_EQ(valuesOf(made.image(large)).at(quality), 12);
    EXPECT_EQ(valuesOf(made.image(small)).at(quality), 8);
    EXPECT_EQ(made.modes[0].writes.size(), made.modes[1].writes.size());
    EXPECT_EQ(made.modes[0].writes.front().at, strobe) << "the hold stays in front";
    ASSERT_TRUE(made.setQuality(small, 3));
    EXPECT_EQ(valuesOf(made.image(large)).at(quality), 12);
    EXPECT_EQ(valuesOf(made.image(small)).at(quality), 3);
}

TEST(SensorDescription, SetQuality_OutsideItsRangeOrOfNoSize_IsRefused) {
    auto made = sensor();
    EXPECT_FALSE(made.setQuality(large, 17));
    EXPECT_FALSE(made.setQuality(large, 1));
    EXPECT_FALSE(made.setQuality({1, 1}, 8));
    made.jpegQuality.reset();
    EXPECT_FALSE(made.setQuality(large, 8));
}

} // namespace
} // namespace framegate
