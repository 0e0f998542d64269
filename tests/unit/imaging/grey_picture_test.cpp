// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/grey_picture.h"

#include <gmock/gmock.h>

namespace framegate::imaging {
namespace {

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text));
}

TEST(GreyOf, Luma_FollowsTheWeightsOfTheColours) {
    const DecodedPicture picture{{4, 1}, {255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77}};
    EXPECT_EQ(greyOf(picture).narrow, (std::vector<std::uint8_t>{29, 150, 76, 77}));
}

TEST(DecodeGrey, EightBitPgm_KeepsItsLevels) {
    const auto picture = decodeGrey(bytesOf(std::string("P5 3 1 255\n") + "\x01\x80\xFF"), "a.pgm");
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->bits, 8);
    EXPECT_EQ(picture->size, (Resolution{3, 1}));
    EXPECT_EQ(picture->view().level(1, 0), 0x80);
}

TEST(DecodeGrey, SixteenBitPgm_KeepsItsLevels) {
    const auto picture = decodeGrey(bytesOf("P5 2 1 65535\n\x12\x34\xFF\xFE"), "a.pgm");
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->bits, 16);
    EXPECT_EQ(picture->view().level(0, 0), 0x1234);
    EXPECT_EQ(picture->view().level(1, 0), 0xFFFE);
}

TEST(DecodeGrey, Rubbish_IsRefusedByName) {
    for (const auto& text : {std::string(), std::string(500, 'x')}) {
        const auto picture = decodeGrey(bytesOf(text), "a.png");
        ASSERT_FALSE(picture);
        EXPECT_EQ(picture.error().code, "PICTURE_FILE");
        EXPECT_THAT(picture.error().message, testing::HasSubstr("a.png"));
    }
}

TEST(ToneCurve, Linear_IsTheShareOfTheHighestLevel) {
    EXPECT_FLOAT_EQ(ToneCurve::linear(8).light(51), 0.2F);
    EXPECT_FLOAT_EQ(ToneCurve::linear(16).light(65535), 1);
}

TEST(ToneCurve, Srgb_MeetsItsKnownPoints) {
    const auto curve = ToneCurve::srgb(8);
    EXPECT_FLOAT_EQ(curve.light(0), 0);
    EXPECT_NEAR(static_cast<double>(curve.light(10)), 10 / 255.0 / 12.92, 1e-6);
    EXPECT_NEAR(static_cast<double>(curve.light(188)), 0.5029, 1e-3);
    EXPECT_FLOAT_EQ(curve.light(255), 1);
}

} // namespace
} // namespace framegate::imaging
