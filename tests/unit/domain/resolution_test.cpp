// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/resolution.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

TEST(Resolution, Text_ReadsBack) {
    for (const auto* text : {"320x240", "2592x1944", "1x1", "65535x65535"}) {
        const auto resolution = Resolution::parse(text);
        ASSERT_TRUE(resolution) << text;
        EXPECT_EQ(resolution->text(), text);
    }
}

TEST(Resolution, WidthComesFirst) {
    EXPECT_EQ(*Resolution::parse("320x240"), (Resolution{320, 240}));
    EXPECT_NE(*Resolution::parse("320x240"), (Resolution{240, 320}));
}

TEST(Resolution, AnythingElse_IsRefusedAndQuoted) {
    for (const auto* text :
         {"", "x", "320", "320x", "x240", "320X240", "320x240 ", " 320x240", "320 x 240", "0x240", "320x0",
          "-1x240", "320x-1", "+320x240", "65536x1", "1x65536", "320x240x3", "320.0x240", "VGA"}) {
        const auto resolution = Resolution::parse(text);
        ASSERT_FALSE(resolution) << text;
        EXPECT_EQ(resolution.error().code, "RESOLUTION");
        EXPECT_THAT(resolution.error().message, testing::HasSubstr(std::string("\"") + text + "\""));
    }
}

TEST(Resolution, Pixels_OfTheLargestDoNotOverflow) {
    EXPECT_EQ((Resolution{65535, 65535}.pixels()), 4'294'836'225U);
}

} // namespace
} // namespace framegate
