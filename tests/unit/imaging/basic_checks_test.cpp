// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"

#include "jpeg/validator.h"
#include "support/jpeg_pictures.h"

#include <gmock/gmock.h>
#include <map>
#include <tuple>

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

/// A picture as both of our readers take it.
struct ReadTwice {
    CodedPicture coded;
    DecodedPicture decoded;
};

ReadTwice readTwice(unsigned width, unsigned height, const test::JpegStyle& style, unsigned seed) {
    const auto bytes = test::generatedJpeg(width, height, style, seed);
    const auto view = std::as_bytes(std::span(bytes));
    const Resolution size{std::uint16_t(width), std::uint16_t(height)};
    const auto verdict = jpeg::validate(view, jpeg::Expectation{size, "", 0, 0});
    EXPECT_TRUE(verdict.valid) << verdict.code << ": " << verdict.detail;
    return {*verdict.coded, *jpeg::decode(view)};
}

TEST(DecodersAgree, PicturesOfEveryLayoutAndQuality_ReadTheSame) {
    for (unsigned seed = 1; seed <= 8; ++seed)
        for (const int quality : {5, 30, 75, 98})
            for (const auto& [wide, high, grey] :
                 {std::tuple{1, 1, false}, {2, 1, false}, {2, 2, false}, {1, 1, true}}) {
                test::JpegStyle style;
                style.quality = quality;
                style.lumaWide = wide;
                style.lumaHigh = high;
                style.grey = grey;
                const auto picture = readTwice(101, 83, style, seed);
                const auto agreed = decodersAgree(picture.coded, picture.decoded);
                EXPECT_TRUE(agreed) << seed << " q" << quality << ' ' << wide << 'x' << high << ": "
                                    << agreed.error().message;
            }
}

TEST(DecodersAgree, BlockThatIsThreeLevelsLighter_IsTheStationsDoubt) {
    auto picture = readTwice(64, 48, {}, 2);
    auto& block = picture.coded.dc.front().values.at(1 * 8 + 3);
    ASSERT_TRUE(decodersAgree(picture.coded, picture.decoded));
    block = static_cast<std::int16_t>(block + 3 * 8);
    const auto agreed = decodersAgree(picture.coded, picture.decoded);
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, "DECODER_DISAGREEMENT");
    EXPECT_EQ(agreed.error().kind, ErrorKind::Internal);
    EXPECT_THAT(agreed.error().message, testing::HasSubstr("block at column 24, row 8"));
}

TEST(DecodersAgree, PictureSmallerThanABlock_HasNothingToCompare) {
    const auto picture = readTwice(7, 20, {}, 2);
    EXPECT_TRUE(decodersAgree(picture.coded, picture.decoded));
}

TEST(DecodersAgree, PixelsOfAnotherPicture_AreTheStationsDoubt) {
    const auto one = readTwice(64, 48, {}, 2);
    const auto other = readTwice(64, 48, {}, 3);
    EXPECT_FALSE(decodersAgree(one.coded, other.decoded));
}

TEST(DecodersAgree, RowsThatWereNeverDecoded_AreTheStationsDoubt) {
    auto picture = readTwice(64, 48, {}, 2);
    std::fill(picture.decoded.bgr.begin() + 40 * 64 * 3, picture.decoded.bgr.end(), std::uint8_t{0xA5});
    const auto agreed = decodersAgree(picture.coded, picture.decoded);
    ASSERT_FALSE(agreed);
    EXPECT_THAT(agreed.error().message, testing::HasSubstr("row 40"));
}

TEST(DecodersAgree, AnotherSizeOrNoLuma_IsADisagreement) {
    auto picture = readTwice(64, 48, {}, 2);
    EXPECT_EQ(decodersAgree(picture.coded, flat(32, 32, 1, 1, 1)).error().code, "DECODER_DISAGREEMENT");
    picture.coded.dc.front().width = 7;
    EXPECT_EQ(decodersAgree(picture.coded, picture.decoded).error().code, "DECODER_DISAGREEMENT");
    picture.coded.dc.clear();
    EXPECT_EQ(decodersAgree(picture.coded, picture.decoded).error().code, "DECODER_DISAGREEMENT");
}

} // namespace
} // namespace framegate::imaging
