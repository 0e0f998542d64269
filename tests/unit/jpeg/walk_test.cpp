// SPDX-License-Identifier: GPL-3.0-or-later
//
// The quick walk against the slow one, on good and damaged pictures.
#include "jpeg/walk.h"

#include "reference_walk.h"
#include "support/corruption.h"
#include "support/jpeg_pictures.h"

#include <gmock/gmock.h>

namespace framegate::jpeg {
namespace {

using framegate::test::generatedJpeg;
using framegate::test::JpegStyle;
using framegate::test::Octets;

/// What both walks say of a picture whose header can be read; none where it cannot.
struct Opinions {
    bool quick = false;
    bool slow = false;
    std::string fault;
};

std::optional<Opinions> opinionsOn(const Octets& bytes) {
    Header header;
    if (bytes.size() < 4 || readHeader(bytes, 0, header)) return {};
    CodedPicture picture;
    const auto fault = walkScan(bytes, header, picture);
    return Opinions{!fault, test::ReferenceWalk(bytes, bytes, header).holds(),
                    fault ? fault->code + ": " + fault->detail : ""};
}

std::vector<Octets> goodPictures() {
    std::vector<Octets> pictures;
    unsigned seed = 0;
    for (const int quality : {15, 50, 80, 97})
        for (const auto& [wide, high] : {std::pair{2, 1}, std::pair{2, 2}, std::pair{1, 1}})
            for (const unsigned restart : {0U, 3U}) {
                const JpegStyle style{quality, wide, high, seed % 5 == 4, restart, false, seed % 3 == 2};
                pictures.push_back(generatedJpeg(88, 56, style, ++seed));
            }
    return pictures;
}

std::size_t scanOf(const Octets& bytes) {
    Header header;
    EXPECT_FALSE(readHeader(bytes, 0, header));
    return header.scanOffset;
}

TEST(Walk, GoodPictures_SatisfyBothWalks) {
    for (const auto& bytes : goodPictures()) {
        const auto opinions = opinionsOn(bytes);
        ASSERT_TRUE(opinions);
        EXPECT_TRUE(opinions->quick) << opinions->fault;
        EXPECT_TRUE(opinions->slow);
    }
}

TEST(Walk, DamagedPictures_AreJudgedAlikeByBothWalks) {
    std::mt19937 random(3);
    unsigned cases = 0;
    unsigned missed = 0;
    for (const auto& good : goodPictures()) {
        const auto scan = scanOf(good);
        for (const auto& damage : framegate::test::corruptionClasses())
            for (int i = 0; i < 25; ++i) {
                auto bytes = good;
                if (damage.needs + scan + 2 > bytes.size()) continue;
                damage.damage(bytes, scan, random);
                const auto opinions = opinionsOn(bytes);
                if (!opinions) continue;
                ++cases;
                missed += opinions->quick ? 1 : 0;
                ASSERT_EQ(opinions->quick, opinions->slow)
                    << damage.name << " " << i << " " << opinions->fault;
            }
    }
    EXPECT_GT(cases, 4000U);
    EXPECT_GT(missed, 100U); // both verdicts were compared
}

TEST(Walk, RandomScans_AreJudgedAlikeByBothWalks) {
    std::mt19937 random(5);
    const auto pictures = goodPictures();
    for (int i = 0; i < 3000; ++i) {
        auto bytes = pictures[static_cast<std::size_t>(i) % pictures.size()];
        const auto scan = scanOf(bytes);
        const auto from = scan + random() % (bytes.size() - scan);
        for (auto at = from; at < std::min(bytes.size(), from + 1 + random() % 12); ++at)
            bytes[at] = static_cast<std::uint8_t>(random());
        const auto opinions = opinionsOn(bytes);
        ASSERT_TRUE(opinions);
        ASSERT_EQ(opinions->quick, opinions->slow) << i << " " << opinions->fault;
    }
}

TEST(Walk, Faults_CarryTheirEvidence) {
    auto bytes = generatedJpeg(64, 48, {}, 1);
    const auto scan = scanOf(bytes);
    bytes[scan + 40] = 0xFF;
    bytes[scan + 41] = 0xC0;
    Header header;
    ASSERT_FALSE(readHeader(bytes, 0, header));
    CodedPicture picture;
    const auto fault = walkScan(bytes, header, picture);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, "JPEG_MARKER_IN_SCAN");
    EXPECT_EQ(fault->offset, scan + 40);
    EXPECT_EQ(fault->marker, 0xC0);
    EXPECT_TRUE(fault->mcu);
    EXPECT_EQ(fault->got, "FF C0");
}

std::optional<Fault> faultOf(const Octets& bytes) {
    Header header;
    EXPECT_FALSE(readHeader(bytes, 0, header));
    CodedPicture picture;
    return walkScan(bytes, header, picture);
}

TEST(Walk, ZerosOnEnd_AreNoPicture) {
    auto bytes = generatedJpeg(256, 192, {}, 1);
    const auto scan = scanOf(bytes);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(scan + 700), 34, std::uint8_t{0});
    const auto fault = faultOf(bytes);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, "JPEG_ZEROS");
    EXPECT_NEAR(static_cast<double>(fault->offset), static_cast<double>(scan + 700), 1);
}

TEST(Walk, FewerZeros_AreLeftToTheCodes) {
    auto bytes = generatedJpeg(256, 192, {}, 1);
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(scanOf(bytes) + 700);
    *(at - 1) = 0x55;
    std::fill_n(at, 31, std::uint8_t{0});
    *(at + 31) = 0x55;
    const auto fault = faultOf(bytes);
    EXPECT_TRUE(!fault || fault->code != "JPEG_ZEROS");
}

TEST(Walk, FlatPictureWhoseTablesMakeItZeros_IsGood) {
    JpegStyle style;
    style.optimised = true;
    for (const bool grey : {false, true}) {
        style.grey = grey;
        const Octets flat(std::size_t{512} * 512 * (grey ? 1 : 3), 128);
        EXPECT_FALSE(faultOf(framegate::test::encodedJpeg(flat, 512, 512, style)));
    }
}

TEST(Walk, RowBits_AddUpToTheScan) {
    for (const auto& bytes : goodPictures()) {
        Header header;
        ASSERT_FALSE(readHeader(bytes, 0, header));
        CodedPicture picture;
        ASSERT_FALSE(walkScan(bytes, header, picture));
        std::uint64_t bits = 0;
        for (const auto row : picture.rowBits)
            bits += row;
        std::uint64_t coded = (picture.eoiOffset - header.scanOffset) * 8;
        for (auto at = header.scanOffset; at < picture.eoiOffset; ++at)
            if (bytes[at] == 0xFF) coded -= bytes[at + 1] == 0 ? 8 : 16;
        EXPECT_LE(bits, coded);
        EXPECT_LT(coded - bits, 8U);
    }
}

} // namespace
} // namespace framegate::jpeg
