// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/sim/module_driver.h"

#include "sim/jpeg_engine.h"

#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

#define NEEDS_FIGURES(driver, size)                                                                          \
    if (!(driver).startJpeg(size)) GTEST_SKIP() << "no register figures beside the project"

struct Size {
    unsigned width = 0;
    unsigned height = 0;
};

Size sizeIn(const std::vector<std::uint8_t>& jpeg) {
    // SOF0 stands where the layout of encodeOv2640 puts it: 33 bytes before the scan.
    const std::size_t at = ov2640ScanOffset - 33 + 5;
    return {unsigned(jpeg[at + 2] << 8 | jpeg[at + 3]), unsigned(jpeg[at] << 8 | jpeg[at + 1])};
}

class VendorTable : public testing::TestWithParam<std::pair<const char*, Size>> {};

TEST_P(VendorTable, PicturesFollowFromTheRegisters) {
    ModuleDriver driver;
    const auto& [table, size] = GetParam();
    NEEDS_FIGURES(driver, table);
    ASSERT_TRUE(driver.capture());
    const auto bytes = driver.readFifo();
    ASSERT_GT(bytes.size(), ov2640ScanOffset);
    EXPECT_EQ(bytes[0], 0xFF);
    EXPECT_EQ(bytes[1], 0xD8);
    EXPECT_EQ(sizeIn(bytes).width, size.width);
    EXPECT_EQ(sizeIn(bytes).height, size.height);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, VendorTable,
    testing::Values(std::pair{"160x120", Size{160, 120}}, std::pair{"176x144", Size{176, 144}},
                    std::pair{"320x240", Size{320, 240}}, std::pair{"352x288", Size{352, 288}},
                    std::pair{"640x480", Size{640, 480}}, std::pair{"800x600", Size{800, 600}},
                    std::pair{"1024x768", Size{1024, 768}},
                    std::pair{"1280x1024", Size{1280, 960}}, // as the vendor's table has it
                    std::pair{"1600x1200", Size{1600, 1200}}),
    [](const auto& tested) { return std::string("t") + tested.param.first; });

TEST(CameraModule, Scratch_HoldsWhatIsWritten) {
    ModuleDriver driver;
    driver.writeChip(0x00, 0xA5);
    EXPECT_EQ(driver.readChip(0x00), 0xA5);
    EXPECT_EQ(driver.readChip(0x40), 0x40);
}

TEST(CameraModule, Identity_StandsInTheSensorBank) {
    ModuleDriver driver;
    ASSERT_TRUE(driver.writeSensor(0xFF, 0x01));
    EXPECT_EQ(driver.readSensor(0x0A), 0x26);
    EXPECT_EQ(driver.readSensor(0x0B), 0x42);
}

TEST(CameraModule, BeforeStartUp_FramesAreNoJpeg) {
    ModuleDriver driver;
    driver.writeChip(0x03, 0x02);
    driver.capture();
    const auto bytes = driver.readFifo();
    EXPECT_TRUE(bytes.empty() || bytes[0] != 0xFF);
}

TEST(CameraModule, WrongVsyncPolarity_LeavesEightBytes) {
    ModuleDriver driver;
    NEEDS_FIGURES(driver, "320x240");
    driver.writeChip(0x03, 0x00);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 8U);
}

TEST(CameraModule, JustAfterASizeChange_FrameStartsInTheMiddle) {
    Faults slow;
    slow.settleMs = 350;
    ModuleDriver driver(slow);
    NEEDS_FIGURES(driver, "320x240");
    driver.writeTable("ov2640_640x480");
    ASSERT_TRUE(driver.capture());
    const auto early = driver.readFifo();
    EXPECT_FALSE(early[0] == 0xFF && early[1] == 0xD8);
    driver.wait(400'000);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.readFifo()[1], 0xD8);
}

TEST(CameraModule, Standby_SilencesTheSensorAndSurvivesTheCpldReset) {
    ModuleDriver driver;
    driver.writeChip(0x06, 0x07);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
    driver.writeChip(0x07, 0x80);
    driver.writeChip(0x07, 0x00);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
    driver.writeChip(0x06, 0x05);
    EXPECT_TRUE(driver.writeSensor(0xFF, 0x01));
}

TEST(CameraModule, WriteBusy_LosesTheDataByteButAcknowledges) {
    Faults faults;
    faults.writeBusyUs = 3000;
    ModuleDriver driver(faults);
    EXPECT_TRUE(driver.writeSensor(0xFF, 0x01));
    EXPECT_TRUE(driver.writeSensor(0x24, 0x11)); // 1.3 ms later: lost
    driver.wait(5000);
    EXPECT_TRUE(driver.writeSensor(0x25, 0x22));
    EXPECT_EQ(driver.readSensor(0x24), 0x00);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(CameraModule, WriteBusyShorterThanThePause_LosesNothing) {
    Faults faults;
    faults.writeBusyUs = 1000;
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x24, 0x11);
    driver.writeSensor(0x25, 0x22);
    EXPECT_EQ(driver.readSensor(0x24), 0x11);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(CameraModule, ResetBusy_LosesEarlyWrites) {
    Faults faults;
    faults.resetBusyMs = 300;
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x12, 0x80);
    driver.wait(200'000);
    driver.writeSensor(0x24, 0x11);
    driver.wait(200'000);
    driver.writeSensor(0x25, 0x22);
    EXPECT_EQ(driver.readSensor(0x24), 0x00);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(CameraModule, StuckBit_IsInThePictureAndNotInTheRegisters) {
    Faults faults;
    faults.stuckBit = StuckBit{5, false};
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "320x240");
    driver.writeChip(0x00, 0xFF);
    EXPECT_EQ(driver.readChip(0x00), 0xFF);
    ASSERT_TRUE(driver.capture());
    const auto bytes = driver.readFifo();
    EXPECT_EQ(bytes[0], 0xDF);
    for (const auto byte : bytes)
        ASSERT_EQ(byte & 0x20, 0);
}

TEST(CameraModule, RotatedBytes_ShowAsInTheField) {
    Faults faults;
    faults.rotateBytes = true;
    ModuleDriver driver(faults);
    driver.writeChip(0x00, 0x55);
    EXPECT_EQ(driver.readChip(0x00), 0xAA);
}

TEST(CameraModule, DummyByte_StandsBeforeThePicture) {
    Faults faults;
    faults.dummyByte = true;
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "160x120");
    ASSERT_TRUE(driver.capture());
    const auto bytes = driver.readFifo();
    EXPECT_EQ(bytes[1], 0xFF);
    EXPECT_EQ(bytes[2], 0xD8);
}

TEST(CameraModule, SpiNoise_DependsOnTheClock) {
    Faults faults;
    faults.spiBitErrorRate8MHz = 1e-2;
    for (const auto& [clockHz, expected] : {std::pair{8'000'000U, true}, std::pair{4'000'000U, false}}) {
        CameraModule module(faults, std::make_unique<GradientScene>(), 1);
        module.powerUp(0);
        unsigned wrong = 0;
        for (int i = 0; i < 1000; ++i) {
            module.chipSelect(true, 0);
            module.spiExchange(0x40, 0, clockHz);
            wrong += module.spiExchange(0, 0, clockHz) != 0x40 ? 1 : 0;
            module.chipSelect(false, 0);
        }
        EXPECT_EQ(wrong > 10, expected) << clockHz << " Hz: " << wrong;
    }
}

class OpenPin : public testing::TestWithParam<Pin> {};

TEST_P(OpenPin, BreaksItsOwnBusOnly) {
    Faults faults;
    faults.breakWire(GetParam());
    ModuleDriver driver(faults);
    driver.writeChip(0x00, 0x55);
    const bool spiWorks = driver.readChip(0x00) == 0x55;
    const bool i2cWorks = driver.writeSensor(0xFF, 0x01);
    const bool supply = GetParam() == Pin::Vcc || GetParam() == Pin::Gnd;
    const bool onI2c = GetParam() == Pin::Sda || GetParam() == Pin::Scl;
    EXPECT_EQ(spiWorks, onI2c && !supply);
    EXPECT_EQ(i2cWorks, !onI2c && !supply);
}

INSTANTIATE_TEST_SUITE_P(Pins, OpenPin,
                         testing::Values(Pin::Cs, Pin::Sck, Pin::Mosi, Pin::Miso, Pin::Sda, Pin::Scl,
                                         Pin::Vcc, Pin::Gnd));

TEST(CameraModule, NeverDone_NeverSetsTheBit) {
    Faults faults;
    faults.neverDone = true;
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "160x120");
    EXPECT_FALSE(driver.capture());
}

TEST(CameraModule, Overflow_FillsTheFifo) {
    Faults faults;
    faults.overflow = true;
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "160x120");
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 0x7FFFFFU);
}

TEST(CameraModule, StaleBytes_ArePutBeforeTheSecondFrame) {
    Faults faults;
    faults.staleBytes = 16;
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "160x120");
    ASSERT_TRUE(driver.capture());
    ASSERT_TRUE(driver.capture());
    const auto bytes = driver.readFifo();
    EXPECT_EQ(bytes[16], 0xFF);
    EXPECT_EQ(bytes[17], 0xD8);
}

TEST(CameraModule, SizeIgnored_KeepsTheOldSizeThoughRegistersReadBack) {
    Faults faults;
    faults.ignoredWidth = 640;
    faults.ignoredHeight = 480;
    ModuleDriver driver(faults);
    NEEDS_FIGURES(driver, "320x240");
    ASSERT_TRUE(driver.capture());
    driver.writeTable("ov2640_640x480");
    EXPECT_EQ(driver.readSensor(0x5A), 0xA0);
    driver.wait(400'000);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(sizeIn(driver.readFifo()).width, 320U);
}

} // namespace
} // namespace framegate::sim
