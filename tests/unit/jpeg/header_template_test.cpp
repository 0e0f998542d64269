// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/header_template.h"

#include "jpeg/validator.h"
#include "sim/jpeg_engine.h"
#include "support/corruption.h"
#include "support/good_pictures.h"

#include <gmock/gmock.h>

namespace framegate::jpeg {
namespace {

using test::Octets;

Octets picture(std::uint16_t width, std::uint8_t quality) {
    return sim::encodeOv2640({width, 120, test::generatedPixels(width, 120, 3, quality)}, quality);
}

std::shared_ptr<HeaderTemplate> learntFrom(const std::vector<Octets>& pictures) {
    auto layout = std::make_shared<HeaderTemplate>();
    for (const auto& bytes : pictures)
        EXPECT_TRUE(layout->learn(std::as_bytes(std::span(bytes))));
    return layout;
}

std::string codeOf(const Octets& bytes, std::shared_ptr<const HeaderTemplate> layout) {
    Expectation expectation;
    expectation.layout = std::move(layout);
    return validate(std::as_bytes(std::span(bytes)), expectation).code;
}

TEST(HeaderTemplate, OtherSizeAndScaledTables_AreOfTheLearntSensor) {
    const auto layout = learntFrom({picture(160, 12), picture(320, 20)});
    EXPECT_EQ(layout->pictures(), 2U);
    EXPECT_EQ(codeOf(picture(176, 31), layout), "");
}

TEST(HeaderTemplate, TablesOutsideTheFamily_AreFound) {
    const auto layout = learntFrom({picture(160, 12)});
    auto other = picture(160, 12);
    other[20 + 5 + 40] ^= 1; // a quantiser of the first table
    EXPECT_EQ(codeOf(other, layout), "JPEG_QUANTISATION");
}

TEST(HeaderTemplate, EveryOtherHeaderBit_IsFound) {
    const auto good = picture(160, 12);
    const auto layout = learntFrom({good});
    Expectation expectation{Resolution{160, 120}, "", 0, 0, layout};
    for (std::size_t bit = 0; bit < sim::ov2640ScanOffset * 8; ++bit) {
        auto bytes = good;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        ASSERT_FALSE(validate(std::as_bytes(std::span(bytes)), expectation).valid) << bit;
    }
}

TEST(HeaderTemplate, Text_ReadsBackAsTheSame) {
    const auto layout = learntFrom({picture(160, 12)});
    const auto again = HeaderTemplate::parse(layout->text(), "t");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->text(), layout->text());
    EXPECT_EQ(codeOf(picture(320, 9), std::make_shared<HeaderTemplate>(*again)), "");
}

TEST(HeaderTemplate, TextThatIsNone_NamesTheFile) {
    for (const auto* text : {"", "{}", "[1]", R"({"format": "framegate header template 1"})"}) {
        const auto read = HeaderTemplate::parse(text, "my.json");
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, "HEADER_TEMPLATE");
        EXPECT_THAT(read.error().message, testing::HasSubstr("my.json"));
    }
}

TEST(HeaderTemplate, PicturesLaidOutInTwoWays_AreNotLearntTogether) {
    auto layout = learntFrom({picture(160, 12)});
    const auto other = test::generatedJpeg(160, 120, {}, 1);
    const auto learnt = layout->learn(std::as_bytes(std::span(other)));
    ASSERT_FALSE(learnt);
    EXPECT_EQ(learnt.error().code, "JPEG_HEADER_LAYOUT");
}

TEST(GoodPictures, OfAllEncodersSizesAndScenes_AreNeverRejected) {
    for (unsigned seed = 0; seed < 240; ++seed) {
        const auto good = test::goodPicture(seed);
        const auto octets = std::as_bytes(std::span(good.bytes));
        const auto verdict = validate(octets, {good.size, good.sensor, 0, 0});
        ASSERT_TRUE(verdict.valid) << good.name << ": " << verdict.code << " " << verdict.detail;
        ASSERT_TRUE(hearDecoder(octets)) << good.name;
    }
}

TEST(HearDecoder, DamagedPictures_HeardAsByFullDecoding) {
    const auto good = picture(320, 10);
    std::mt19937 random(2);
    for (const auto& damage : test::corruptionClasses())
        for (int i = 0; i < 8; ++i) {
            auto bytes = good;
            if (damage.needs + sim::ov2640ScanOffset + 2 > bytes.size()) continue;
            damage.damage(bytes, sim::ov2640ScanOffset, random);
            const auto octets = std::as_bytes(std::span(bytes));
            ASSERT_EQ(hearDecoder(octets).has_value(), decode(octets).has_value()) << damage.name;
        }
}

} // namespace
} // namespace framegate::jpeg
