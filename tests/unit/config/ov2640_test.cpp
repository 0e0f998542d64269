// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OV2640's file: what its writes come to, and how that differs from the vendor's published sequences.
#include "config/readers.h"
#include "config_folder.h"
#include "support/vendor_sequences.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace framegate::config {
namespace {

using Image = RegisterImage;
using namespace test;

SensorDescription ov2640() {
    auto sensor = readSensor(shippedFolder() / "sensors/ov2640.toml");
    EXPECT_TRUE(sensor) << sensor.error().message;
    return sensor ? *sensor : SensorDescription();
}

Image imageAfter(const SensorDescription& sensor, std::initializer_list<const SensorMode*> modes) {
    Image image;
    writeAll(image, sensor.base);
    for (const auto* mode : modes)
        writeAll(image, mode->writes);
    return image;
}

std::uint8_t dsp(const Image& image, std::uint16_t address) {
    return image.at({0, address});
}

/// The picture size as the datasheet composes it of ZMOW, ZMOH and ZMHH.
Resolution pictureSize(const Image& image) {
    const unsigned high = dsp(image, 0x5c);
    const unsigned width = dsp(image, 0x5a) | (high & 3U) << 8U;
    const unsigned height = dsp(image, 0x5b) | (high & 4U) << 6U;
    return {static_cast<std::uint16_t>(4 * width), static_cast<std::uint16_t>(4 * height)};
}

/// The input window of the scaler, of HSIZE, VSIZE, VHYX and TEST, after averaging by CTRLI.
Resolution scalerInput(const Image& image) {
    const unsigned high = dsp(image, 0x55);
    const unsigned control = dsp(image, 0x50);
    const unsigned width = dsp(image, 0x51) | (high & 8U) << 5U | (dsp(image, 0x57) & 0x80U) << 2U;
    const unsigned height = dsp(image, 0x52) | (high & 0x80U) << 1U;
    return {static_cast<std::uint16_t>((4 * width) >> (control & 7U)),
            static_cast<std::uint16_t>((4 * height) >> (control >> 3U & 7U))};
}

TEST(Ov2640, Bus_IsThatOfTheDatasheet) {
    const auto sensor = ov2640();
    EXPECT_EQ(sensor.i2cAddress, 0x30);
    EXPECT_EQ(sensor.addressBytes, 1);
    EXPECT_EQ(sensor.bankRegister, 0xFF);
    EXPECT_EQ(sensor.softReset.at, (RegisterAddress{1, 0x12}));
    EXPECT_EQ(sensor.softReset.value, 0x80);
    EXPECT_FALSE(sensor.softReset.readable);
}

TEST(Ov2640, Identity_AcceptsBothPublishedProducts) {
    const auto sensor = ov2640();
    ASSERT_EQ(sensor.identity.size(), 4U);
    EXPECT_EQ(sensor.identity[1].at, (RegisterAddress{1, 0x0B}));
    EXPECT_THAT(sensor.identity[1].accepted, testing::ElementsAre(0x41, 0x42));
}

TEST(Ov2640, Modes_AreTheNineSizesAscending) {
    std::vector<std::string> sizes;
    for (const auto& mode : ov2640().modes)
        sizes.push_back(mode.size.text());
    EXPECT_THAT(sizes, testing::ElementsAre("160x120", "176x144", "320x240", "352x288", "640x480", "800x600",
                                            "1024x768", "1280x1024", "1600x1200"));
}

TEST(Ov2640, EachMode_ProgramsTheSizeOfItsName) {
    const auto sensor = ov2640();
    for (const auto& mode : sensor.modes)
        EXPECT_EQ(pictureSize(imageAfter(sensor, {&mode})).text(), mode.size.text());
}

TEST(Ov2640, EachMode_ScalesDownOnly) {
    const auto sensor = ov2640();
    for (const auto& mode : sensor.modes) {
        const auto input = scalerInput(imageAfter(sensor, {&mode}));
        EXPECT_GE(input.width, mode.size.width) << mode.size.text();
        EXPECT_GE(input.height, mode.size.height) << mode.size.text();
    }
}

TEST(Ov2640, AnyTwoModesInARow_GiveTheImageOfTheSecondAlone) {
    const auto sensor = ov2640();
    for (const auto& first : sensor.modes)
        for (const auto& second : sensor.modes)
            EXPECT_EQ(imageAfter(sensor, {&first, &second}), imageAfter(sensor, {&second}))
                << first.size.text() << " then " << second.size.text();
}

TEST(Ov2640, EachMode_EndsWithTheOutputReleased) {
    for (const auto& mode : ov2640().modes) {
        EXPECT_EQ(mode.writes.front().at, (RegisterAddress{0, 0xE0}));
        EXPECT_EQ(mode.writes.front().value, 0x04);
        EXPECT_EQ(mode.writes.back().at, (RegisterAddress{0, 0xE0}));
        EXPECT_EQ(mode.writes.back().value, 0x00);
    }
}

TEST(Ov2640, ReadBack_LeavesOutPortsLiveValuesAndReservedRegisters) {
    const std::set<RegisterAddress> silent = {{0, 0x7c}, {0, 0x7d}, {0, 0x90}, {0, 0x91}, {0, 0x92},
                                              {0, 0x93}, {0, 0x96}, {0, 0x97}, {0, 0xe0}, {0, 0xf9},
                                              {1, 0x04}, {1, 0x3c}, {0, 0x2c}, {0, 0xb0}, {0, 0xc7}};
    const auto sensor = ov2640();
    std::set<RegisterAddress> seen;
    for (const auto& write : sensor.base) {
        if (silent.count(write.at) == 0) continue;
        EXPECT_FALSE(write.readable) << int(write.at.bank) << " " << write.at.address;
        seen.insert(write.at);
    }
    EXPECT_EQ(seen, silent);
}

TEST(Ov2640, ReadBack_CoversSizeClockAndAutomaticFunctions) {
    const auto sensor = ov2640();
    std::set<RegisterAddress> readable;
    for (const auto* writes : {&sensor.base, &sensor.modes.front().writes})
        for (const auto& write : *writes)
            if (write.readable) readable.insert(write.at);
    for (const RegisterAddress at : {RegisterAddress{0, 0x5a},
                                     {0, 0x5b},
                                     {0, 0x5c},
                                     {0, 0x50},
                                     {0, 0xda},
                                     {0, 0xd3},
                                     {0, 0xc3},
                                     {1, 0x11},
                                     {1, 0x12},
                                     {1, 0x13},
                                     {1, 0x03}})
        EXPECT_EQ(readable.count(at), 1U) << int(at.bank) << " " << at.address;
}

// ---- Against the published sequences, where these are at hand ----

Image vendorImage(const std::string& size) {
    Image image;
    writeAll(image, placed(vendorWrites("seq/init_ov2640_arduino.csv")));
    writeAll(image, placed(vendorWrites("ov2640_" + size + ".csv")));
    return image;
}

class Ov2640VendorSequences : public testing::Test {
protected:
    void SetUp() override {
        if (!vendorSequencesAtHand()) GTEST_SKIP() << "the vendor's sequences are not at hand";
    }
};

TEST_F(Ov2640VendorSequences, InnerTables_AreFilledInTheSameOrder) {
    const auto vendors = tableAccesses(placed(vendorWrites("seq/init_ov2640_arduino.csv")));
    EXPECT_EQ(tableAccesses(ov2640().base), vendors);
    EXPECT_EQ(vendors.size(), 9U + 17U + 14U + 14U);
}

TEST_F(Ov2640VendorSequences, SmallSizesAfterLargeOnes_AreWhereTheVendorDependsOnOrder) {
    Image image = vendorImage("1600x1200");
    writeAll(image, placed(vendorWrites("ov2640_320x240.csv")));
    const auto drift = differences(image, vendorImage("320x240"));
    EXPECT_EQ(drift, (Differences{{{1, 0x03}, {0x0f, -1}},
                                  {{1, 0x11}, {0x01, 0x00}},
                                  {{1, 0x3d}, {0x34, 0x38}},
                                  {{0, 0xd3}, {0x02, 0x04}}}));
}

} // namespace
} // namespace framegate::config
