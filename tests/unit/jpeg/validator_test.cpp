// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/validator.h"

#include "sim/jpeg_engine.h"
#include "support/corruption.h"
#include "support/jpeg_pictures.h"
#include "support/temp_folder.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace framegate::jpeg {
namespace {

using test::JpegStyle;
using test::Octets;

Verdict judge(const Octets& bytes, const Expectation& expectation = {}) {
    return validate(std::as_bytes(std::span(bytes)), expectation);
}

/// A picture laid out as an OV2640 does.
Octets ov2640Picture(std::uint16_t width = 320, std::uint16_t height = 240, std::uint8_t quality = 12,
                     unsigned seed = 1) {
    return sim::encodeOv2640({width, height, test::generatedPixels(width, height, 3, seed)}, quality);
}

Expectation asOv2640(std::optional<Resolution> size = {}) {
    return {size, "ov2640", 0, 0};
}

TEST(Validator, PictureOfTheSensor_IsValid) {
    const auto verdict = judge(ov2640Picture(), asOv2640(Resolution{320, 240}));
    EXPECT_TRUE(verdict.valid) << verdict.code << ": " << verdict.detail;
    EXPECT_EQ(verdict.size, (Resolution{320, 240}));
    EXPECT_EQ(verdict.tailBytes, 0U);
    ASSERT_TRUE(verdict.coded);
    EXPECT_EQ(verdict.coded->mcusWide, 20);
    EXPECT_EQ(verdict.coded->mcusHigh, 30);
    EXPECT_EQ(verdict.coded->rowBits.size(), 30U);
    EXPECT_EQ(verdict.coded->scanOffset, 623U);
}

TEST(Validator, EachDamage_HasItsOwnCode) {
    const auto good = ov2640Picture();
    const auto codeOf = [](const Octets& bytes, std::optional<Resolution> size = {}) {
        return judge(bytes, asOv2640(size)).code;
    };
    EXPECT_EQ(codeOf(Octets(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2))),
              "JPEG_TRUNCATED");
    EXPECT_EQ(codeOf(Octets(good.begin(), good.begin() + 300)), "JPEG_TRUNCATED_HEADER");
    EXPECT_EQ(codeOf(Octets(good.begin(), good.end() - 2)), "JPEG_EOI_MISSING");
    EXPECT_EQ(codeOf(good, Resolution{640, 480}), "JPEG_WRONG_SIZE");
    auto shifted = good;
    shifted.insert(shifted.begin(), 0);
    EXPECT_EQ(codeOf(shifted), "JPEG_SOI_MISSING");
    auto zeros = good;
    zeros.resize(zeros.size() + 8);
    EXPECT_EQ(codeOf(zeros), "JPEG_TAIL_ZERO");
    auto rubbish = good;
    rubbish.push_back(1);
    EXPECT_EQ(codeOf(rubbish), "JPEG_TAIL_NONZERO");
    auto twice = good;
    twice.insert(twice.end(), good.begin(), good.end());
    EXPECT_EQ(codeOf(twice), "JPEG_SECOND_PICTURE");
    EXPECT_EQ(codeOf({}), "JPEG_EMPTY");
}

TEST(Validator, BoardsDummyByteAndTail_AreAllowedWhereItSaysSo) {
    auto bytes = ov2640Picture();
    bytes.insert(bytes.begin(), 0x00);
    bytes.resize(bytes.size() + 100);
    Expectation board = asOv2640();
    board.soiOffset = 1;
    board.zeroTailBytes = 100;
    EXPECT_TRUE(judge(bytes, board).valid) << judge(bytes, board).detail;
    EXPECT_EQ(judge(bytes, board).tailBytes, 100U);
    board.zeroTailBytes = 99;
    EXPECT_EQ(judge(bytes, board).code, "JPEG_TAIL_ZERO");
}

TEST(Validator, AnotherEncodersHeader_IsNotTheSensors) {
    const auto other = test::generatedJpeg(320, 240, {}, 1);
    EXPECT_TRUE(judge(other).valid) << judge(other).detail;
    EXPECT_EQ(judge(other, asOv2640()).code, "JPEG_HEADER_LAYOUT");
}

TEST(Validator, KindsThatNoSensorSends_AreRefusedByName) {
    JpegStyle progressive;
    progressive.progressive = true;
    const auto verdict = judge(test::generatedJpeg(64, 64, progressive, 1));
    EXPECT_EQ(verdict.code, "JPEG_NOT_BASELINE");
    EXPECT_THAT(verdict.detail, testing::HasSubstr("progressive"));
    auto twelveBits = test::generatedJpeg(64, 64, {}, 1);
    const Octets sof = {0xFF, 0xC0, 0x00, 0x11, 0x08};
    const auto at = std::search(twelveBits.begin(), twelveBits.end(), sof.begin(), sof.end());
    *(at + 4) = 12;
    EXPECT_EQ(judge(twelveBits).code, "JPEG_NOT_BASELINE");
    *(at + 1) = 0xC9;
    EXPECT_THAT(judge(twelveBits).detail, testing::HasSubstr("arithmetic"));
}

TEST(Validator, GoodPicturesOfAllKinds_AreNeverRejected) {
    unsigned seed = 0;
    for (const auto& [width, height] :
         {std::pair{16U, 8U}, std::pair{160U, 120U}, std::pair{177U, 143U}, std::pair{640U, 480U}})
        for (const int quality : {20, 60, 85, 98})
            for (const auto& [wide, high] :
                 {std::pair{1, 1}, std::pair{2, 1}, std::pair{2, 2}, std::pair{1, 2}})
                for (const unsigned restart : {0U, 7U})
                    for (const bool grey : {false, true}) {
                        const JpegStyle style{quality, wide, high, grey, restart, false, seed % 3 == 0};
                        const auto verdict = judge(test::generatedJpeg(width, height, style, ++seed));
                        ASSERT_TRUE(verdict.valid) << width << "x" << height << " q" << quality << " " << wide
                                                   << high << " grey " << grey << " restart " << restart
                                                   << ": " << verdict.code << " " << verdict.detail;
                    }
    EXPECT_EQ(seed, 256U);
}

TEST(Validator, SensorPicturesOfEverySizeAndQuality_AreNeverRejected) {
    unsigned seed = 0;
    for (const auto& [width, height] :
         {std::pair{160, 120}, std::pair{176, 144}, std::pair{352, 288}, std::pair{800, 600}})
        for (int quality = 2; quality <= 60; quality += 4) {
            const auto verdict =
                judge(ov2640Picture(static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height),
                                    static_cast<std::uint8_t>(quality), ++seed),
                      asOv2640());
            ASSERT_TRUE(verdict.valid) << verdict.code << " " << verdict.detail;
        }
}

TEST(Validator, RestartMarkersOutOfOrder_AreFound) {
    JpegStyle style;
    style.restartInterval = 5;
    auto bytes = test::generatedJpeg(160, 120, style, 3);
    const Octets second = {0xFF, 0xD1};
    *(std::search(bytes.begin(), bytes.end(), second.begin(), second.end()) + 1) = 0xD4;
    EXPECT_EQ(judge(bytes).code, "JPEG_RESTART");
}

TEST(Validator, PaddingThatIsNotAllOnes_IsFound) {
    bool tried = false;
    for (unsigned seed = 1; seed < 40 && !tried; ++seed) {
        auto bytes = ov2640Picture(160, 120, 12, seed);
        auto& last = bytes[bytes.size() - 3];
        if ((last & 1) == 0 || last == 0xFF) continue;
        last = static_cast<std::uint8_t>(last & 0xFE);
        const auto verdict = judge(bytes, asOv2640());
        EXPECT_FALSE(verdict.valid);
        tried = verdict.code == "JPEG_PADDING";
    }
    EXPECT_TRUE(tried);
}

TEST(Validator, FieldDamage_IsAlwaysFoundWhereBytesSuffice) {
    std::mt19937 random(7);
    std::vector<Octets> pictures;
    for (unsigned seed = 0; seed < 10; ++seed)
        pictures.push_back(ov2640Picture(320, 240, 8, seed));
    for (const auto& damage : test::corruptionClasses()) {
        unsigned found = 0;
        constexpr unsigned cases = 60;
        for (unsigned i = 0; i < cases; ++i) {
            auto bytes = pictures[i % pictures.size()];
            damage.damage(bytes, sim::ov2640ScanOffset, random);
            found += judge(bytes, asOv2640(Resolution{320, 240})).valid ? 0 : 1;
        }
        if (damage.foundPercent == 100)
            EXPECT_EQ(found, cases) << damage.name;
        else
            EXPECT_GE(found, cases / 5) << damage.name; // what is left needs the second read
    }
}

TEST(Validator, DcImage_IsTheMeanOfEachBlock) {
    const auto bytes = test::generatedJpeg(64, 48, {95, 1, 1, true, 0, false, false}, 5);
    const auto verdict = judge(bytes);
    const auto decoded = decode(std::as_bytes(std::span(bytes))).value();
    const auto& plane = verdict.coded->dc.at(0);
    ASSERT_EQ(plane.width, 8);
    ASSERT_EQ(plane.height, 6);
    for (unsigned by = 0; by < 6; ++by)
        for (unsigned bx = 0; bx < 8; ++bx) {
            double sum = 0;
            for (unsigned i = 0; i < 64; ++i)
                sum += decoded.bgr[((by * 8 + i / 8) * 64 + bx * 8 + i % 8) * 3];
            EXPECT_NEAR(plane.values[by * 8 + bx] / 8.0 + 128, sum / 64, 1.0);
        }
}

TEST(Validator, AnyBytes_GiveAVerdictAndNeverCrash) {
    std::mt19937 random(11);
    const auto good = ov2640Picture(160, 120);
    for (int i = 0; i < 20'000; ++i) {
        auto bytes = good;
        if (i % 3 == 0) bytes.resize(random() % (bytes.size() + 1));
        const auto flips = 1 + random() % 20;
        for (unsigned f = 0; f < flips && !bytes.empty(); ++f)
            bytes[i % 2 == 0 ? random() % std::min<std::size_t>(bytes.size(), 640)
                             : random() % bytes.size()] = static_cast<std::uint8_t>(random());
        const auto verdict = judge(bytes);
        EXPECT_EQ(verdict.valid, verdict.code.empty());
        ASSERT_LE(verdict.offset, bytes.size());
    }
}

TEST(Validator, HugeSizeInASmallFile_IsRefusedWithoutTheMemory) {
    auto bytes = ov2640Picture(160, 120);
    const std::size_t sof = sim::ov2640ScanOffset - 33;
    for (const auto place : {5, 6, 7, 8})
        bytes[sof + static_cast<std::size_t>(place)] = 0xFF;
    EXPECT_EQ(judge(bytes).code, "JPEG_SIZE_LIMIT");
}

TEST(Decode, TruncatedPicture_IsAnErrorThoughPixelsComeOut) {
    auto bytes = ov2640Picture();
    bytes.resize(bytes.size() / 2);
    const auto decoded = decode(std::as_bytes(std::span(bytes)));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().kind, ErrorKind::Module);
    EXPECT_EQ(decoded.error().code, "JPEG_DECODER_WARNING");
}

TEST(Decode, BytesThatAreNoJpeg_AreAnError) {
    const Octets rubbish = {1, 2, 3, 4};
    EXPECT_EQ(decode(std::as_bytes(std::span(rubbish))).error().code, "JPEG_DECODER_ERROR");
}

} // namespace
} // namespace framegate::jpeg
