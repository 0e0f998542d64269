// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/sim/module_driver.h"

#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

class VendorTable : public testing::TestWithParam<std::pair<const char*, Size>> {};

TEST_P(VendorTable, PicturesFollowFromTheRegisters) {
    ModuleDriver driver;
    const auto& [table, size] = GetParam();
    if (!driver.startByFigures(table)) GTEST_SKIP() << "no register figures beside the project";
    const auto bytes = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bytes));
    EXPECT_EQ(sizeIn(bytes), size);
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

class OwnTable : public testing::TestWithParam<Size> {};

TEST_P(OwnTable, PicturesFollowFromTheRegisters) {
    ModuleDriver driver;
    const auto size = GetParam();
    driver.start(size.width, size.height);
    const auto bytes = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bytes));
    EXPECT_EQ(sizeIn(bytes), size);
    EXPECT_EQ(bytes.size() % 8, 0U);
    EXPECT_LT(bytes.size() - eoiOf(bytes), 10U) << "padding to whole words only";
}

INSTANTIATE_TEST_SUITE_P(Sizes, OwnTable,
                         testing::Values(Size{160, 120}, Size{176, 144}, Size{320, 240}, Size{352, 288},
                                         Size{640, 480}, Size{800, 600}, Size{1024, 768}, Size{1280, 1024},
                                         Size{1600, 1200}),
                         [](const auto& tested) {
                             return "s" + std::to_string(tested.param.width) + "x" +
                                    std::to_string(tested.param.height);
                         });

TEST(CameraModule, Scratch_HoldsWhatIsWritten) {
    ModuleDriver driver;
    driver.writeChip(0x00, 0xA5);
    EXPECT_EQ(driver.readChip(0x00), 0xA5);
    EXPECT_EQ(driver.readChip(0x40), 0x40);
}

TEST(CameraModule, WithoutPower_BothBusesFloat) {
    ModuleDriver driver;
    driver.module.power(false, driver.now);
    EXPECT_EQ(driver.readChip(0x40), 0xFF);
    EXPECT_FALSE(driver.writeSensor(0xFF, 0x01));
}

TEST(CameraModule, PowerCycle_LosesTheRegisters) {
    ModuleDriver driver;
    driver.writeChip(0x00, 0xA5);
    driver.writeSensor(0xFF, 0x00);
    driver.writeSensor(0x44, 0x20);
    driver.module.power(false, driver.now);
    driver.module.power(true, driver.now);
    driver.wait(10'000);
    driver.writeSensor(0xFF, 0x00);
    EXPECT_EQ(driver.readChip(0x00), 0x00);
    EXPECT_EQ(driver.readSensor(0x44), 0x0C);
}

TEST(CameraModule, Identity_StandsInTheSensorBankAndCannotBeWritten) {
    ModuleDriver driver;
    ASSERT_TRUE(driver.writeSensor(0xFF, 0x01));
    driver.writeSensor(0x0A, 0x00);
    EXPECT_EQ(driver.readSensor(0x0A), 0x26);
    EXPECT_EQ(driver.readSensor(0x0B), 0x42);
    EXPECT_EQ(driver.readSensor(0x1C), 0x7F);
    EXPECT_EQ(driver.readSensor(0x1D), 0xA2);
}

TEST(CameraModule, Banks_AreApartAndSticky) {
    ModuleDriver driver;
    driver.writeSensor(0xFF, 0x00);
    driver.writeSensor(0x24, 0x11);
    driver.writeSensor(0xFF, 0x01);
    EXPECT_EQ(driver.readSensor(0x24), 0x78);
    driver.writeSensor(0xFF, 0x00);
    EXPECT_EQ(driver.readSensor(0x24), 0x11);
}

TEST(CameraModule, OtherAddress_IsNotAcknowledged) {
    ModuleDriver driver;
    EXPECT_FALSE(driver.module.i2cStart(0x78, driver.now));
    EXPECT_TRUE(driver.module.i2cStart(0x60, driver.now));
}

TEST(CameraModule, SoftReset_TakesUnderAMillisecond) {
    ModuleDriver driver;
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x12, 0x80);
    driver.writeSensor(0x24, 0x11); // 1.3 ms later
    EXPECT_EQ(driver.readSensor(0x24), 0x11);
}

TEST(CameraModule, AfterPowerUp_TheParallelBusIsHeldAndNoFrameComes) {
    ModuleDriver driver;
    driver.writeChip(0x03, 0x02);
    EXPECT_FALSE(driver.capture(500));
}

TEST(CameraModule, EncoderHeld_FramesAreNoJpeg) {
    ModuleDriver driver;
    driver.start(160, 120);
    driver.writeSensor(0xE0, 0x10);
    driver.wait(ModuleDriver::settleUs);
    const auto bytes = driver.picture();
    EXPECT_FALSE(bytes.empty());
    EXPECT_FALSE(beginsAsJpeg(bytes));
}

TEST(CameraModule, ImageProcessorLeftOut_FramesAreNoJpeg) {
    ModuleDriver driver;
    driver.start(160, 120);
    driver.writeSensor(0x05, 0x01);
    driver.wait(ModuleDriver::settleUs);
    EXPECT_FALSE(beginsAsJpeg(driver.picture()));
}

TEST(CameraModule, ScalerAskedToEnlarge_FramesAreNoJpeg) {
    ModuleDriver driver;
    driver.start(320, 240);
    driver.writeSensor(0x50, 0x92); // a quarter of 800x600 is smaller than the picture
    driver.wait(ModuleDriver::settleUs);
    EXPECT_FALSE(beginsAsJpeg(driver.picture()));
}

TEST(CameraModule, QuantiserScale_SetsTheFilesTablesAndSize) {
    ModuleDriver driver;
    driver.start(640, 480);
    const auto normal = driver.picture();
    driver.writeSensor(0x44, 0x3F);
    const auto coarse = driver.picture();
    EXPECT_EQ(normal[25], 12); // 16 × 12 / 16
    EXPECT_EQ(coarse[25], 63);
    EXPECT_LT(coarse.size(), normal.size());
}

TEST(CameraModule, SecondReading_ComesAfterARewind) {
    ModuleDriver driver;
    driver.start(160, 120);
    const auto first = driver.picture();
    driver.writeChip(0x04, 0x30);
    EXPECT_EQ(driver.readFifo(), first);
}

TEST(CameraModule, BurstInPieces_GoesOnWhereItStopped) {
    ModuleDriver driver;
    driver.start(160, 120);
    const auto whole = driver.picture();
    driver.writeChip(0x04, 0x30);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(driver.readChip(0x3D), whole[i]);
}

TEST(CameraModule, WrongVsyncPolarity_LeavesEightBytes) {
    ModuleDriver driver;
    driver.start(320, 240);
    driver.writeChip(0x03, 0x00);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 8U);
}

TEST(CameraModule, JustAfterASizeChange_FramesAreBroken) {
    Faults slow;
    slow.settleMs = 350;
    ModuleDriver driver(slow);
    driver.start(320, 240);
    driver.setSize(640, 480);
    EXPECT_NE(sizeIn(driver.picture()), (Size{640, 480}));
    driver.wait(400'000);
    EXPECT_EQ(sizeIn(driver.picture()), (Size{640, 480}));
}

TEST(CameraModule, GoodModule_SettlesWithinTheDatasheetsLimit) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        ModuleDriver driver({}, seed);
        driver.start(320, 240);
        driver.setSize(640, 480);
        driver.wait(300'000);
        EXPECT_EQ(sizeIn(driver.picture()), (Size{640, 480})) << "seed " << seed;
    }
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

TEST(CameraModule, StandbyDuringACapture_TheCaptureWaitsForTheNextFrame) {
    ModuleDriver driver;
    driver.start(320, 240);
    driver.startCapture();
    driver.writeChip(0x06, 0x07);
    driver.wait(1'000'000);
    EXPECT_FALSE(driver.done());
    driver.writeChip(0x06, 0x05);
    driver.wait(1'000'000);
    EXPECT_TRUE(driver.done());
}

TEST(CameraModule, AutomaticExposure_FindsTheSceneAndShowsItInItsRegisters) {
    ModuleDriver driver;
    driver.start(320, 240);
    driver.writeSensor(0xFF, 0x01);
    driver.writeChip(0x06, 0x07);
    driver.writeChip(0x06, 0x05);
    const auto early = driver.readSensor(0x10);
    driver.wait(500'000);
    const auto settled = driver.readSensor(0x10);
    EXPECT_LT(early, settled);
    EXPECT_EQ(settled, 0x33);
}

/// Lines of exposure, and gain, as the registers say them.
std::pair<unsigned, double> exposureOf(ModuleDriver& driver) {
    driver.writeSensor(0xFF, 0x01);
    const auto lines = (driver.readSensor(0x45) & 0x3FU) << 10 | unsigned{driver.readSensor(0x10)} << 2 |
                       (driver.readSensor(0x04) & 3U);
    return {lines, gainOf(driver.readSensor(0x00))};
}

TEST(CameraModule, AutomaticExposure_TakesLinesFirstAndThenGain) {
    ModuleDriver dim({}, 1, {}, 0.25);
    dim.start(320, 240);
    dim.wait(500'000);
    EXPECT_EQ(exposureOf(dim), std::pair(816U, 1.0));
    ModuleDriver dark({}, 1, {}, 0.125);
    dark.start(320, 240);
    dark.wait(500'000);
    const auto [lines, gain] = exposureOf(dark);
    EXPECT_GT(gain, 1.2);
    EXPECT_NEAR(lines * gain, 8 * 204, 2);
    dark.writeSensor(0x13, 0xE0); // frozen: both stay
    EXPECT_EQ(exposureOf(dark), std::pair(lines, gain));
}

TEST(CameraModule, ManualExposure_IsAsWritten) {
    ModuleDriver driver;
    driver.start(320, 240);
    const auto automatic = driver.picture();
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x13, 0xE4);
    driver.writeSensor(0x10, 0x33);
    driver.writeSensor(0x04, 0x20);
    EXPECT_EQ(driver.picture(), automatic);
    driver.writeSensor(0x10, 0x0C);
    EXPECT_EQ(driver.readSensor(0x10), 0x0C);
    EXPECT_NE(driver.picture(), automatic);
}

TEST(CameraModule, PictureInPlace_IsSentAtItsSizeOnly) {
    ModuleDriver driver;
    const std::vector<std::uint8_t> file = {0xFF, 0xD8, 1, 2, 3, 4, 5, 6, 0xFF, 0xD9};
    driver.module.sensor().overridePicture(640, 480, file);
    driver.start(320, 240);
    EXPECT_EQ(sizeIn(driver.picture()), (Size{320, 240}));
    driver.setSize(640, 480);
    driver.wait(ModuleDriver::settleUs);
    auto padded = file;
    padded.resize(16);
    EXPECT_EQ(driver.picture(), padded);
}

// ---- Timing ----

/// Milliseconds from the start of a capture to done, by looking every 0.1 ms.
double captureMs(ModuleDriver& driver) {
    driver.startCapture();
    const auto begin = driver.now;
    while (!driver.done() && driver.now < begin + 2'000'000'000)
        driver.wait(100);
    return static_cast<double>(driver.now - begin) / 1e6;
}

struct Timing {
    std::uint8_t com7;
    std::uint8_t clkrc;
    double periodMs;
};

class FrameTime : public testing::TestWithParam<Timing> {};

TEST_P(FrameTime, FollowsFromReadOutAndClock) {
    ModuleDriver driver;
    driver.start(160, 120);
    driver.writeSensor(0xFF, 0x01);
    driver.writeSensor(0x12, GetParam().com7);
    driver.writeSensor(0x11, GetParam().clkrc);
    captureMs(driver); // ends with a frame: the next begins now
    EXPECT_NEAR(captureMs(driver), 2 * GetParam().periodMs, 0.6) << "the frame that had begun is not taken";
}

INSTANTIATE_TEST_SUITE_P(Modes, FrameTime,
                         testing::Values(Timing{0x00, 0x00, 1000.0 / 15}, Timing{0x00, 0x01, 2000.0 / 15},
                                         Timing{0x40, 0x00, 1000.0 / 30}, Timing{0x40, 0x01, 2000.0 / 30},
                                         Timing{0x20, 0x00, 1000.0 / 60}));

TEST(CameraModule, Capture_TakesOneToTwoFrames) {
    ModuleDriver driver;
    driver.start(160, 120);
    for (std::uint32_t phase = 0; phase < 33'000; phase += 3'700) {
        driver.wait(phase);
        const double ms = captureMs(driver);
        EXPECT_GT(ms, 33.0);
        EXPECT_LT(ms, 67.5);
    }
}

TEST(CameraModule, Vsync_IsLiveAndApartFromDone) {
    ModuleDriver driver;
    driver.start(160, 120);
    ASSERT_TRUE(driver.capture());
    std::vector<std::uint8_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.push_back(driver.readChip(0x41));
        driver.wait(97);
    }
    EXPECT_THAT(seen, testing::Contains(0x08));
    EXPECT_THAT(seen, testing::Contains(0x09));
    EXPECT_THAT(seen, testing::Each(testing::AnyOf(0x08, 0x09)));
}

} // namespace
} // namespace framegate::sim
