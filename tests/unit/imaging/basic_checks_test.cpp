// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"

#include "support/jpeg_pictures.h"

#include <gmock/gmock.h>
#include <map>

namespace framegate::imaging {
namespace {

DecodedPicture flat(std::uint16_t width, std::uint16_t height, std::uint8_t blue, std::uint8_t green,
                    std::uint8_t red) {
    DecodedPicture picture{{width, height}, {}};
    for (unsigned i = 0; i < unsigned{width} * height; ++i)
        picture.bgr.insert(picture.bgr.end(), {blue, green, red});
    return picture;
}

std::map<std::string, double> readingsOf(const DecodedPicture& picture) {
    std::map<std::string, double> values;
    const auto readings = basicReadings(picture);
    for (const auto& reading : *readings) {
        EXPECT_EQ(reading.resolution, picture.size);
        values[reading.name] = reading.value;
    }
    return values;
}

TEST(BasicReadings, FlatGrey_HasNoSpreadAndNoDetail) {
    const auto values = readingsOf(flat(40, 30, 100, 100, 100));
    EXPECT_NEAR(values.at("luma_mean"), 100, 0.5);
    EXPECT_EQ(values.at("luma_stddev"), 0);
    EXPECT_EQ(values.at("detail_dn"), 0);
    EXPECT_EQ(values.at("identical_rows"), 29);
    EXPECT_EQ(values.at("red_green_ratio"), 1);
}

TEST(BasicReadings, ColourCast_ShowsInTheRatios) {
    const auto values = readingsOf(flat(16, 16, 50, 100, 150));
    EXPECT_DOUBLE_EQ(values.at("red_green_ratio"), 1.5);
    EXPECT_DOUBLE_EQ(values.at("blue_green_ratio"), 0.5);
}

TEST(BasicReadings, ClippedShares_CountBothEnds) {
    auto picture = flat(10, 10, 128, 128, 128);
    std::fill(picture.bgr.begin(), picture.bgr.begin() + 30 * 3, std::uint8_t{0});
    std::fill(picture.bgr.end() - 20 * 3, picture.bgr.end(), std::uint8_t{255});
    const auto values = readingsOf(picture);
    EXPECT_DOUBLE_EQ(values.at("clipped_dark_percent"), 30);
    EXPECT_DOUBLE_EQ(values.at("clipped_bright_percent"), 20);
}

TEST(BasicReadings, SmearedHalf_IsALongRunOfIdenticalRows) {
    DecodedPicture picture{{64, 48}, test::generatedPixels(64, 48, 3, 9)};
    EXPECT_LT(readingsOf(picture).at("identical_rows"), 2);
    for (unsigned row = 24; row < 48; ++row)
        std::copy_n(picture.bgr.begin() + 23 * 64 * 3, 64 * 3, picture.bgr.begin() + row * 64 * 3);
    EXPECT_EQ(readingsOf(picture).at("identical_rows"), 24);
}

TEST(DecodersAgree, PixelsThatDifferByMoreThanTwoLevels_AreTheStationsDoubt) {
    const auto bytes = test::generatedJpeg(64, 48, {}, 2);
    DecodedPicture wrong{{64, 48}, std::vector<std::uint8_t>(64 * 48 * 3, 77)};
    const auto agreed = decodersAgree(std::as_bytes(std::span(bytes)), wrong);
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, "DECODER_DISAGREEMENT");
    EXPECT_EQ(agreed.error().kind, ErrorKind::Internal);
    EXPECT_THAT(agreed.error().message, testing::HasSubstr("column 0, row 0"));
}

TEST(DecodersAgree, AnotherSize_IsADisagreement) {
    const auto bytes = test::generatedJpeg(64, 48, {}, 2);
    const auto agreed = decodersAgree(std::as_bytes(std::span(bytes)), flat(32, 32, 1, 1, 1));
    EXPECT_EQ(agreed.error().code, "DECODER_DISAGREEMENT");
}

TEST(DecodersAgree, BytesThatAreNoPicture_AreADisagreementAndNoCrash) {
    const std::vector<std::uint8_t> rubbish(500, 0x42);
    EXPECT_FALSE(decodersAgree(std::as_bytes(std::span(rubbish)), flat(8, 8, 1, 1, 1)));
}

} // namespace
} // namespace framegate::imaging
