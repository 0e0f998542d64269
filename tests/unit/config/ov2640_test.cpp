// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OV2640's file: what its writes come to, and how that differs from the vendor's published sequences.
#include "config/readers.h"
#include "config_folder.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

namespace framegate::config {
namespace {

using Image = std::map<RegisterAddress, std::uint8_t>;

SensorDescription ov2640() {
    auto sensor = readSensor(shippedFolder() / "sensors/ov2640.toml");
    EXPECT_TRUE(sensor) << sensor.error().message;
    return sensor ? *sensor : SensorDescription();
}

void writeAll(Image& image, const std::vector<RegisterWrite>& writes) {
    for (const auto& write : writes)
        image[write.at] = write.value;
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

struct VendorWrite {
    std::uint8_t address = 0;
    std::uint8_t value = 0;
};

/// The writes of a published table: its columns addr_hex and value_hex, wherever they stand.
std::vector<VendorWrite> vendorWrites(const std::string& name) {
    std::ifstream file(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors" / name);
    EXPECT_TRUE(file) << name;
    std::vector<VendorWrite> writes;
    std::size_t address = 0;
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, ',');)
            cells.push_back(cell);
        const auto header = std::find(cells.begin(), cells.end(), "addr_hex");
        if (header != cells.end())
            address = static_cast<std::size_t>(header - cells.begin());
        else if (cells.size() > address + 1 && cells[address].rfind("0x", 0) == 0)
            writes.push_back({static_cast<std::uint8_t>(std::stoul(cells[address], nullptr, 16)),
                              static_cast<std::uint8_t>(std::stoul(cells[address + 1], nullptr, 16))});
    }
    EXPECT_FALSE(writes.empty()) << name;
    return writes;
}

/// Applies writes as the sensor takes them: 0xff chooses the bank by its lowest bit.
std::vector<RegisterWrite> placed(const std::vector<VendorWrite>& writes) {
    std::vector<RegisterWrite> result;
    std::uint8_t bank = 0;
    for (const auto& write : writes)
        if (write.address == 0xFF)
            bank = write.value & 1U;
        else
            result.push_back({{bank, write.address}, write.value, true});
    return result;
}

Image vendorImage(const std::string& size) {
    Image image;
    writeAll(image, placed(vendorWrites("seq/init_ov2640_arduino.csv")));
    writeAll(image, placed(vendorWrites("ov2640_" + size + ".csv")));
    return image;
}

/// Indices and data of the tables inside: only their order says anything.
bool isTableAccess(RegisterAddress at) {
    static const std::set<std::uint16_t> ports = {0x7c, 0x7d, 0x90, 0x91, 0x92, 0x93, 0x96, 0x97};
    return at.bank == 0 && ports.count(at.address) > 0;
}

std::vector<std::pair<unsigned, unsigned>> tableAccesses(const std::vector<RegisterWrite>& writes) {
    std::vector<std::pair<unsigned, unsigned>> accesses;
    for (const auto& write : writes)
        if (isTableAccess(write.at)) accesses.emplace_back(write.at.address, write.value);
    return accesses;
}

/// A difference: ours and the vendor's value, −1 where there is none.
using Differences = std::map<RegisterAddress, std::pair<int, int>>;

Differences differences(const Image& ours, const Image& vendors) {
    Differences found;
    for (const auto& [at, value] : ours)
        found[at] = {value, -1};
    for (const auto& [at, value] : vendors)
        found.try_emplace(at, -1, -1).first->second.second = value;
    for (auto entry = found.begin(); entry != found.end();)
        entry = entry->second.first == entry->second.second ? found.erase(entry) : std::next(entry);
    return found;
}

/// What is meant to differ at every size.
Differences meantEverywhere() {
    return {
        // The vendor's table for JPEG starts without choosing a bank; after the end marker, which is sent
        // too, it lands in the sensor's bank, where these addresses mean nothing known. The image
        // processor's registers of the same addresses hold those values anyway.
        {{1, 0xd7}, {-1, 0x03}},
        {{1, 0xda}, {-1, 0x10}},
        {{1, 0xe0}, {-1, 0x00}},
        {{1, 0xe1}, {-1, 0x77}},
        {{1, 0xe5}, {-1, 0x1f}},
        // COM7's value, sent to the image processor's bank by oversight.
        {{0, 0x12}, {-1, 0x40}},
    };
}

class Ov2640VendorSequences : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors"))
            GTEST_SKIP() << "the vendor's sequences are not at hand";
    }
};

class Ov2640Vendor : public Ov2640VendorSequences, public testing::WithParamInterface<const char*> {};

TEST_P(Ov2640Vendor, RegisterImage_DiffersOnlyWhereMeant) {
    const std::string size = GetParam();
    auto meant = meantEverywhere();
    const auto resolution = Resolution::parse(size).value();
    // The vendor's small sizes leave COM1 as it was; ours give it the half-size readout's own value.
    if (resolution.width < 640) meant[{1, 0x03}] = {0x0a, -1};
    // The vendor's 1280x1024 gives 1280x960.
    if (size == "1280x1024") {
        meant[{0, 0x5b}] = {0x00, 0xf0};
        meant[{0, 0x5c}] = {0x05, 0x01};
    }
    const auto sensor = ov2640();
    EXPECT_EQ(differences(imageAfter(sensor, {sensor.mode(resolution)}), vendorImage(size)), meant);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Ov2640Vendor,
                         testing::Values("160x120", "176x144", "320x240", "352x288", "640x480", "800x600",
                                         "1024x768", "1280x1024", "1600x1200"));

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
