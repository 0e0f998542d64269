// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each fault's symptom at the module's pins.
#include "unit/sim/module_driver.h"

#include "sim/jpeg_engine.h"

#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

unsigned widthIn(const std::vector<std::uint8_t>& jpeg) {
    const std::size_t at = ov2640ScanOffset - 33 + 7;
    return jpeg.size() > at + 1 ? unsigned(jpeg[at] << 8 | jpeg[at + 1]) : 0;
}

TEST(SimFaults, WriteBusy_LosesTheDataByteButAcknowledges) {
    Faults faults;
    faults.writeBusyUs = 3000;
    ModuleDriver driver(faults);
    EXPECT_TRUE(driver.writeSensor(0xFF, 0x01));
    EXPECT_TRUE(driver.writeSensor(0x24, 0x11)); // 1.3 ms later: lost
    driver.wait(5000);
    EXPECT_TRUE(driver.writeSensor(0x25, 0x22));
    EXPECT_EQ(driver.readSensor(0x24), 0x78);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(SimFaults, WriteBusyShorterThanThePause_LosesNothing) {
    Faults faults;
    faults.writeBusyUs = 1000;
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x24, 0x11);
    driver.writeSensor(0x25, 0x22);
    EXPECT_EQ(driver.readSensor(0x24), 0x11);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(SimFaults, WriteBusyOfSomeRegisters_SparesTheOthers) {
    Faults faults;
    faults.writeBusyUs = 3000;
    faults.writeBusyRegisters = {{0x25, 0x25}, {0x27, 0x2F}};
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x24, 0x11);
    driver.writeSensor(0x25, 0x22);
    EXPECT_EQ(driver.readSensor(0x24), 0x11);
    EXPECT_EQ(driver.readSensor(0x25), 0x68);
}

TEST(SimFaults, WriteBusyWhileStreaming_SparesTheSilentSensor) {
    Faults faults;
    faults.writeBusyUs = 3000;
    faults.writeBusyOnlyStreaming = true;
    ModuleDriver driver(faults);
    driver.start(160, 120); // the parallel bus is held while this is written
    EXPECT_TRUE(beginsAsJpeg(driver.picture()));
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x24, 0x11);
    EXPECT_EQ(driver.readSensor(0x24), 0x78);
}

TEST(SimFaults, ResetBusy_LosesEarlyWrites) {
    Faults faults;
    faults.resetBusyMs = 300;
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x12, 0x80);
    driver.wait(200'000);
    EXPECT_TRUE(driver.writeSensor(0x24, 0x11));
    driver.wait(200'000);
    driver.writeSensor(0x25, 0x22);
    EXPECT_EQ(driver.readSensor(0x24), 0x78);
    EXPECT_EQ(driver.readSensor(0x25), 0x22);
}

TEST(SimFaults, SlowSettle_FramesStayBrokenForThatLong) {
    Faults faults;
    faults.settleMs = 4000;
    ModuleDriver driver(faults);
    driver.start(320, 240);
    for (int i = 0; i < 10; ++i) {
        const auto bytes = driver.picture();
        EXPECT_FALSE(beginsAsJpeg(bytes) && widthIn(bytes) == 320) << "capture " << i;
    }
    driver.wait(4'000'000);
    EXPECT_EQ(widthIn(driver.picture()), 320U);
}

TEST(SimFaults, Nack_HappensAsOftenAsSaid) {
    Faults faults;
    faults.nackProbability = 0.2;
    ModuleDriver driver(faults);
    int refused = 0;
    for (int i = 0; i < 1000; ++i)
        refused += driver.writeSensor(0xFF, 0x01) ? 0 : 1;
    EXPECT_GT(refused, 150);
    EXPECT_LT(refused, 250);
}

TEST(SimFaults, StuckBit_IsInThePictureAndNotInTheRegisters) {
    Faults faults;
    faults.stuckBit = StuckBit{5, false};
    ModuleDriver driver(faults);
    driver.start(320, 240);
    driver.writeChip(0x00, 0xFF);
    EXPECT_EQ(driver.readChip(0x00), 0xFF);
    const auto bytes = driver.picture();
    EXPECT_EQ(bytes[0], 0xDF);
    for (const auto byte : bytes)
        ASSERT_EQ(byte & 0x20, 0);
}

TEST(SimFaults, StuckHigh_SparesThePaddingThatTheFifoAdds) {
    Faults faults;
    faults.stuckBit = StuckBit{3, true};
    ModuleDriver driver(faults);
    driver.start(320, 240);
    const auto bytes = driver.picture();
    EXPECT_EQ(bytes[1], 0xD8);
    EXPECT_EQ(bytes[4] & 0x08, 0x08); // 00 in a good file
}

TEST(SimFaults, RotatedBytes_ShowAsInTheField) {
    Faults faults;
    faults.rotateBytes = true;
    ModuleDriver driver(faults);
    driver.writeChip(0x00, 0x55);
    EXPECT_EQ(driver.readChip(0x00), 0xAA);
    driver.start(160, 120);
    driver.startCapture();
    driver.wait(200'000);
    EXPECT_EQ(driver.readChip(0x3D), 0xFF);
    EXPECT_EQ(driver.readChip(0x3D), 0xB1);
}

TEST(SimFaults, DummyByte_StandsBeforeThePictureAndTheLengthLeavesItOut) {
    ModuleDriver good;
    good.start(160, 120);
    const auto expected = good.picture();
    Faults faults;
    faults.dummyByte = true;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    const auto bytes = driver.picture();
    ASSERT_EQ(bytes.size(), expected.size());
    EXPECT_EQ(bytes[0], 0x00);
    EXPECT_TRUE(std::equal(bytes.begin() + 1, bytes.end(), expected.begin()));
}

TEST(SimFaults, WrongSensor_HasAnotherIdentity) {
    Faults faults;
    faults.sensorId = 0x3656;
    ModuleDriver driver(faults);
    driver.writeSensor(0xFF, 0x01);
    EXPECT_EQ(driver.readSensor(0x0A), 0x36);
    EXPECT_EQ(driver.readSensor(0x0B), 0x56);
}

TEST(SimFaults, DeadSensor_LeavesTheArduChipWorking) {
    Faults faults;
    faults.sensorDead = true;
    ModuleDriver driver(faults);
    driver.writeChip(0x00, 0x55);
    EXPECT_EQ(driver.readChip(0x00), 0x55);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
    EXPECT_FALSE(driver.capture(300));
}

TEST(SimFaults, Absent_BothBusesFloat) {
    Faults faults;
    faults.absent = true;
    ModuleDriver driver(faults);
    driver.writeChip(0x00, 0x55);
    EXPECT_EQ(driver.readChip(0x00), 0xFF);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
    EXPECT_EQ(driver.length(), 0xFFFFFFU);
}

TEST(SimFaults, StandbyStuck_CannotBeCleared) {
    Faults faults;
    faults.standbyStuck = true;
    ModuleDriver driver(faults);
    driver.writeChip(0x06, 0x05);
    EXPECT_EQ(driver.readChip(0x06), 0x07);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
}

TEST(SimFaults, StandbyLeft_CanBeCleared) {
    Faults faults;
    faults.standbyLeft = true;
    ModuleDriver driver(faults);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
    driver.writeChip(0x06, 0x05);
    EXPECT_TRUE(driver.writeSensor(0xFF, 0x01));
}

TEST(SimFaults, VsyncPolarity_LeavesEightBytesThoughSetRight) {
    Faults faults;
    faults.vsyncPolarity = true;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 8U);
}

TEST(SimFaults, SpiNoise_DependsOnTheClock) {
    Faults faults;
    faults.spiBitErrorRate8MHz = 1e-2;
    for (const auto& [clockHz, expected] : {std::pair{8'000'000U, true}, std::pair{4'000'000U, false}}) {
        CameraModule module(faults, std::make_unique<GradientScene>(), 1);
        module.power(true, 0);
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

TEST(SimFaults, SpiNoise_HitsAsManyBitsAsSaid) {
    Faults faults;
    faults.spiBitErrorRate8MHz = 1e-3;
    CameraModule module(faults, std::make_unique<GradientScene>(), 1);
    module.power(true, 0);
    module.chipSelect(true, 0);
    module.spiExchange(0x00, 0, 8'000'000);
    int wrong = 0;
    for (int i = 0; i < 100'000; ++i)
        wrong += __builtin_popcount(module.spiExchange(0, 0, 8'000'000));
    EXPECT_NEAR(wrong, 800, 120);
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

TEST(SimFaults, NeverDone_NeverSetsTheBit) {
    Faults faults;
    faults.neverDone = true;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    EXPECT_FALSE(driver.capture());
}

TEST(SimFaults, Overflow_FillsTheFifo) {
    Faults faults;
    faults.overflow = true;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 0x7FFFFFU);
}

TEST(SimFaults, StaleBytes_ArePutBeforeTheSecondFrame) {
    Faults faults;
    faults.staleBytes = 16;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    EXPECT_TRUE(beginsAsJpeg(driver.picture()));
    const auto bytes = driver.picture();
    EXPECT_FALSE(beginsAsJpeg(bytes));
    EXPECT_EQ(bytes[16], 0xFF);
    EXPECT_EQ(bytes[17], 0xD8);
}

TEST(SimFaults, NoEoi_EndsTheFrameEarly) {
    Faults faults;
    faults.noEoi = true;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    const auto bytes = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bytes));
    EXPECT_EQ(eoiOf(bytes), bytes.size());
}

TEST(SimFaults, BitFlips_AreInTheScanAndStayInTheFifo) {
    ModuleDriver good;
    good.start(320, 240);
    const auto expected = good.picture();
    Faults faults;
    faults.bitFlips = 3;
    ModuleDriver driver(faults);
    driver.start(320, 240);
    const auto bytes = driver.picture();
    ASSERT_EQ(bytes.size(), expected.size());
    int flipped = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        flipped += __builtin_popcount(bytes[i] ^ expected[i]);
    EXPECT_EQ(flipped, 3);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + ov2640ScanOffset, expected.begin()));
    driver.writeChip(0x04, 0x30);
    EXPECT_EQ(driver.readFifo(), bytes) << "a second reading agrees";
}

TEST(SimFaults, EngineGlitch_LosesAStretchOfTheScan) {
    ModuleDriver good;
    good.start(640, 480);
    Faults faults;
    faults.glitchProbability = 1;
    ModuleDriver driver(faults);
    driver.start(640, 480);
    const auto bytes = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bytes));
    EXPECT_LT(eoiOf(bytes), bytes.size());
    EXPECT_LE(eoiOf(bytes) + 64, eoiOf(good.picture()));
}

TEST(SimFaults, SizeIgnored_KeepsTheOldSizeThoughRegistersReadBack) {
    Faults faults;
    faults.ignoredWidth = 640;
    faults.ignoredHeight = 480;
    ModuleDriver driver(faults);
    driver.start(320, 240);
    driver.setSize(640, 480);
    EXPECT_EQ(driver.readSensor(0x5A), 0xA0);
    driver.wait(ModuleDriver::settleUs);
    EXPECT_EQ(widthIn(driver.picture()), 320U);
    driver.setSize(800, 600);
    driver.wait(ModuleDriver::settleUs);
    EXPECT_EQ(widthIn(driver.picture()), 800U);
}

TEST(SimFaults, FirstSizeIgnored_LeavesTheSizeOfTheReset) {
    Faults faults;
    faults.ignoredWidth = 160;
    faults.ignoredHeight = 120;
    ModuleDriver driver(faults);
    driver.start(160, 120);
    EXPECT_EQ(widthIn(driver.picture()), 352U);
}

} // namespace
} // namespace framegate::sim
