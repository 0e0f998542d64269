// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OV5642's file: what its writes come to.
#include "config/readers.h"
#include "config_folder.h"
#include "support/vendor_sequences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate::config {
namespace {

using namespace test;

SensorDescription ov5642() {
    auto sensor = readSensor(shippedFolder() / "sensors/ov5642.toml");
    EXPECT_TRUE(sensor) << sensor.error().message;
    return sensor ? *sensor : SensorDescription();
}

RegisterImage valuesOf(const std::vector<RegisterWrite>& writes) {
    RegisterImage image;
    writeAll(image, writes);
    return image;
}

Resolution wordsAt(const RegisterImage& image, std::uint16_t address) {
    const auto byte = [&](int offset) {
        return unsigned{image.at({0, static_cast<std::uint16_t>(address + offset)})};
    };
    return {static_cast<std::uint16_t>(byte(0) << 8U | byte(1)),
            static_cast<std::uint16_t>(byte(2) << 8U | byte(3))};
}

TEST(Ov5642, Bus_HasTwoByteAddressesAndNoBanks) {
    const auto sensor = ov5642();
    EXPECT_EQ(sensor.i2cAddress, 0x3C);
    EXPECT_EQ(sensor.addressBytes, 2);
    EXPECT_FALSE(sensor.bankRegister);
    EXPECT_EQ(sensor.softReset.at, (RegisterAddress{0, 0x3008}));
}

TEST(Ov5642, Identity_TellsItFromAnOv5640) {
    const auto sensor = ov5642();
    ASSERT_EQ(sensor.identity.size(), 2U);
    EXPECT_THAT(sensor.identity[0].accepted, testing::ElementsAre(0x56));
    EXPECT_THAT(sensor.identity[1].accepted, testing::ElementsAre(0x42));
}

TEST(Ov5642, Modes_AreTheSevenSizesAscending) {
    std::vector<std::string> sizes;
    for (const auto& mode : ov5642().modes)
        sizes.push_back(mode.size.text());
    EXPECT_THAT(sizes, testing::ElementsAre("320x240", "640x480", "1024x768", "1280x960", "1600x1200",
                                            "2048x1536", "2592x1944"));
}

TEST(Ov5642, EachMode_ProgramsTheSizeOfItsNameFromTheWholeArray) {
    const auto sensor = ov5642();
    for (const auto& mode : sensor.modes) {
        const auto image = valuesOf(sensor.image(mode.size));
        EXPECT_EQ(wordsAt(image, 0x3808).text(), mode.size.text());
        EXPECT_EQ(wordsAt(image, 0x3804).text(), "2592x1944");
        EXPECT_EQ(wordsAt(image, 0x380C).text(), "3200x2000");
    }
}

TEST(Ov5642, AnyTwoSizesInARow_GiveTheImageOfTheSecondAlone) {
    const auto sensor = ov5642();
    for (const auto& first : sensor.modes)
        for (const auto& second : sensor.modes) {
            auto image = valuesOf(sensor.image(first.size));
            writeAll(image, sensor.changes(image, second.size));
            EXPECT_EQ(image, valuesOf(sensor.image(second.size)))
                << first.size.text() << " then " << second.size.text();
        }
}

TEST(Ov5642, ASizeChange_TakesFourWritesAtMost) {
    const auto sensor = ov5642();
    for (const auto& first : sensor.modes)
        for (const auto& second : sensor.modes)
            EXPECT_LE(sensor.changes(valuesOf(sensor.image(first.size)), second.size).size(), 4U);
}

TEST(Ov5642, LiveValues_AreNotPartOfTheImage) {
    const auto sensor = ov5642();
    const auto image = valuesOf(sensor.image({320, 240}));
    for (const int live : {0x3500, 0x3501, 0x3502, 0x350A, 0x350B, 0x350C, 0x350D})
        EXPECT_EQ(image.count({0, static_cast<std::uint16_t>(live)}), 0U) << live;
    EXPECT_EQ(image.at({0, 0x3503}), 0x00);
}

TEST(Ov5642, Freezing_StopsExposureGainFrameLengthAndWhiteBalance) {
    const auto sensor = ov5642();
    ASSERT_EQ(sensor.freezeAuto.size(), 2U);
    EXPECT_EQ(sensor.freezeAuto[0].at, (RegisterAddress{0, 0x3503}));
    EXPECT_EQ(sensor.freezeAuto[0].value & sensor.freezeAuto[0].mask, 7);
    for (const auto& write : sensor.releaseAuto)
        EXPECT_EQ(write.value, 0);
}

TEST(Ov5642, Quality_IsTheVendorsDefaultAndCanBeCoarser) {
    auto sensor = ov5642();
    ASSERT_TRUE(sensor.jpegQuality);
    EXPECT_EQ(sensor.jpegQuality->standard, 0x04);
    ASSERT_TRUE(sensor.setQuality({2592, 1944}, 0x08));
    EXPECT_EQ(valuesOf(sensor.image({2592, 1944})).at({0, 0x4407}), 0x08);
    EXPECT_EQ(valuesOf(sensor.image({2048, 1536})).at({0, 0x4407}), 0x04);
}

TEST(Ov5642, VendorsLargestButOne_IsWhereTheVendorDependsOnOrder) {
    if (!vendorSequencesAtHand()) GTEST_SKIP() << "the vendor's sequences are not at hand";
    auto fresh = valuesOf(flat(vendorWrites("seq/init_ov5642_pico_c.csv")));
    auto after = fresh;
    writeAll(after, flat(vendorWrites("ov5642_2048x1536.csv")));
    writeAll(after, flat(vendorWrites("ov5642_320x240.csv")));
    EXPECT_EQ(differences(fresh, after).size(), 11U);
}

} // namespace
} // namespace framegate::config
