// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/picture_files.h"

#include "imaging/grey_picture.h"
#include "protocol/crc32.h"

#include <cstring>
#include <gmock/gmock.h>
#include <opencv2/imgcodecs.hpp>

namespace framegate::imaging {
namespace {

using testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

std::span<const std::byte> viewOf(const Bytes& bytes) {
    return std::as_bytes(std::span(bytes));
}

/// A PNG as OpenCV's writer makes it.
Bytes pngOf(const cv::Mat& pixels) {
    Bytes bytes;
    cv::imencode(".png", pixels, bytes);
    return bytes;
}

cv::Mat noise(int type) {
    cv::Mat pixels(23, 37, type);
    cv::RNG random(7);
    random.fill(pixels, cv::RNG::UNIFORM, 0, pixels.depth() == CV_16U ? 65'536 : 256);
    return pixels;
}

class EveryKindOfPng : public testing::TestWithParam<int> {};

TEST_P(EveryKindOfPng, Pixels_AreThoseThatWereWritten) {
    const cv::Mat wanted = noise(GetParam());
    const auto read = readPictureFile(viewOf(pngOf(wanted)), "a.png");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->size, (Resolution{37, 23}));
    EXPECT_EQ(read->bits, wanted.depth() == CV_16U ? 16 : 8);
    EXPECT_EQ(read->channels, wanted.channels());
    ASSERT_EQ(read->bytes.size(), wanted.total() * wanted.elemSize());
    EXPECT_EQ(std::memcmp(read->bytes.data(), wanted.data, read->bytes.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Depths, EveryKindOfPng, testing::Values(CV_8UC1, CV_16UC1, CV_8UC3, CV_16UC3));

TEST(PictureFile, Transparency_IsDropped) {
    const cv::Mat wanted = noise(CV_8UC4);
    const auto read = readPictureFile(viewOf(pngOf(wanted)), "a.png");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->channels, 3);
    const auto pixel = wanted.at<cv::Vec4b>(0, 0);
    EXPECT_EQ(Bytes(read->bytes.begin(), read->bytes.begin() + 3), (Bytes{pixel[0], pixel[1], pixel[2]}));
}

TEST(PictureFile, PngCutShort_IsRefusedWhereverItEnds) {
    const auto whole = pngOf(noise(CV_8UC3));
    for (std::size_t length = 0; length + 12 < whole.size(); length += 31) {
        const auto read =
            readPictureFile(viewOf(Bytes(whole.begin(), whole.begin() + long(length))), "a.png");
        ASSERT_FALSE(read) << length;
        EXPECT_EQ(read.error().code, "PICTURE_FILE");
        EXPECT_THAT(read.error().message, HasSubstr("a.png: "));
    }
}

TEST(PictureFile, ByteChangedInThePixels_IsNotRead) {
    auto bytes = pngOf(noise(CV_8UC1));
    bytes[bytes.size() / 2] ^= 0x10;
    EXPECT_FALSE(readPictureFile(viewOf(bytes), "a.png"));
}

/// A PNG that promises \a width x \a height pixels and brings none.
Bytes promised(unsigned width, unsigned height) {
    const auto bigEndian = [](Bytes& bytes, std::uint32_t value) {
        for (const unsigned shift : {24U, 16U, 8U, 0U})
            bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    };
    Bytes header = {'I', 'H', 'D', 'R'};
    bigEndian(header, width);
    bigEndian(header, height);
    header.insert(header.end(), {16, 2, 0, 0, 0});
    Bytes bytes = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    bigEndian(bytes, 13);
    bytes.insert(bytes.end(), header.begin(), header.end());
    bigEndian(bytes, wire::crc32(header));
    bytes.insert(bytes.end(), {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, 0xAF, 0x06, 0x1E});
    return bytes;
}

TEST(PictureFile, PngThatPromisesMoreThanItHolds_TakesNoMemory) {
    const auto read = readPictureFile(viewOf(promised(16'384, 16'384)), "a.png");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("too short for its pixels"));
}

TEST(PictureFile, SideAboveTheLimit_IsNamed) {
    const auto read = readPictureFile(viewOf(promised(16'385, 2)), "a.png");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("16385x2 pixels; sides of 1 to 16384"));
}

TEST(PictureFile, PgmHeader_MayHoldCommentsAndLines) {
    const std::string text = "P5\n# a comment\n2\t# another\r\n1\n255\nab";
    const auto read = readPictureFile(std::as_bytes(std::span(text)), "a.pgm");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->bytes, (Bytes{'a', 'b'}));
}

TEST(PictureFile, WrongPgm_SaysWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"P5 2 2 255\nabc", "3 bytes of pixels; 4 were expected"},
        {"P5 2 2 1023\nabcdefgh", "its highest level is 1023"},
        {"P5 0 2 255\n", "0x2 pixels"},
        {"P5 99999 2 255\n", "99999x2 pixels"},
        {"P5", "0x0 pixels"},
        {"P5 2 # without an end", "2x0 pixels"},
        {"P6 1 1 255\nabc", "JPEG, PNG or PGM"}};
    for (const auto& [text, message] : cases) {
        const auto read = readPictureFile(std::as_bytes(std::span(text)), "a.pgm");
        ASSERT_FALSE(read) << text;
        EXPECT_THAT(read.error().message, HasSubstr(message)) << text;
    }
}

TEST(DecodeColour, GreyFile_HasThreeEqualColours) {
    const auto picture = decodeColour(viewOf(pngOf(cv::Mat(1, 1, CV_8UC1, cv::Scalar(77)))), "a.png", false);
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->bgr, (Bytes{77, 77, 77}));
}

TEST(DecodeColour, LinearFile_IsShownAsSrgb) {
    const cv::Mat pixels(1, 1, CV_16UC3, cv::Scalar(0, 14'000, 65'535));
    const auto picture = decodeColour(viewOf(pngOf(pixels)), "a.png", true);
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->bgr, (Bytes{0, 127, 255}));
}

TEST(DecodeGrey, ColourFile_BecomesLuma) {
    const auto picture = decodeGrey(viewOf(pngOf(cv::Mat(1, 1, CV_8UC3, cv::Scalar(255, 0, 0)))), "a.png");
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->narrow, Bytes{29});
}

} // namespace
} // namespace framegate::imaging
