// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/sim/module_driver.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

constexpr ModuleKind fiveMegapixels = {SensorKind::Ov5642, 0x73, 0x800000, false, Rewinds::Bit5};

/// A module with an OV5642, and the fewest writes that give a JPEG.
class Ov5642Driver : public ModuleDriver {
public:
    explicit Ov5642Driver(Faults faults = {}, std::uint64_t seed = 1)
        : ModuleDriver(faults, seed, fiveMegapixels) {}

    void reset() {
        writeChip(0x03, 0x02);
        writeSensor(0x3008, 0x82);
        wait(200'000);
    }
    void setOutput(unsigned width, unsigned height) {
        writeSensor(0x3808, static_cast<std::uint8_t>(width >> 8));
        writeSensor(0x3809, static_cast<std::uint8_t>(width));
        writeSensor(0x380A, static_cast<std::uint8_t>(height >> 8));
        writeSensor(0x380B, static_cast<std::uint8_t>(height));
    }
    void start(unsigned width, unsigned height) {
        reset();
        writeSensor(0x3017, 0x7F);
        writeSensor(0x3018, 0xFC);
        writeSensor(0x4300, 0x30);
        writeSensor(0x4713, 0x03);
        writeSensor(0x4407, 0x04);
        writeSensor(0x5001, 0x7F);
        setOutput(width, height);
        wait(settleUs);
    }
    /// What this write makes of the pictures.
    std::vector<std::uint8_t> pictureAfter(std::uint16_t address, std::uint8_t value) {
        start(320, 240);
        writeSensor(address, value);
        wait(settleUs);
        return picture();
    }
};

class Ov5642Size : public testing::TestWithParam<Size> {};

TEST_P(Ov5642Size, PicturesFollowFromTheRegisters) {
    Ov5642Driver driver;
    const auto size = GetParam();
    driver.start(size.width, size.height);
    const auto bytes = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bytes));
    EXPECT_EQ(sizeIn(bytes), size);
    EXPECT_LT(bytes.size() - eoiOf(bytes), 10U) << "padding to whole words only";
}

TEST_P(Ov5642Size, PicturesFollowFromTheVendorsTables) {
    Ov5642Driver driver;
    driver.reset();
    const auto size = GetParam();
    const auto name = std::to_string(size.width) + "x" + std::to_string(size.height);
    for (const auto& table : {std::string("ov5642_qvga_preview"), std::string("ov5642_jpeg_capture_qsxga"),
                              std::string("ov5642_320x240"), "ov5642_" + name})
        if (!driver.writeTable(table)) GTEST_SKIP() << "no register figures beside the project";
    driver.wait(ModuleDriver::settleUs);
    EXPECT_EQ(sizeIn(driver.picture()), size);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Ov5642Size,
                         testing::Values(Size{320, 240}, Size{640, 480}, Size{1024, 768}, Size{1280, 960},
                                         Size{1600, 1200}, Size{2048, 1536}, Size{2592, 1944}),
                         [](const auto& tested) {
                             return "s" + std::to_string(tested.param.width) + "x" +
                                    std::to_string(tested.param.height);
                         });

TEST(Ov5642Sim, Identity_CannotBeWritten) {
    Ov5642Driver driver;
    driver.writeSensor(0x300A, 0x00);
    EXPECT_EQ(driver.readSensor(0x300A), 0x56);
    EXPECT_EQ(driver.readSensor(0x300B), 0x42);
}

TEST(Ov5642Sim, OtherSensor_ReadsAsAnOv5640) {
    Faults faults;
    faults.otherSensor = true;
    Ov5642Driver driver(faults);
    EXPECT_EQ(driver.readSensor(0x300B), 0x40);
}

TEST(Ov5642Sim, BusAddressOfAnotherSensor_IsNotAcknowledged) {
    Ov5642Driver driver;
    EXPECT_FALSE(driver.module.i2cStart(0x60, driver.now));
    EXPECT_TRUE(driver.module.i2cStart(0x78, driver.now));
}

TEST(Ov5642Sim, SoftReset_ClearsTheRegistersAndItself) {
    Ov5642Driver driver;
    driver.writeSensor(0x4407, 0x02);
    driver.writeSensor(0x3008, 0x82);
    driver.wait(5000);
    EXPECT_EQ(driver.readSensor(0x4407), 0x0C);
    EXPECT_EQ(driver.readSensor(0x3008), 0x02);
}

TEST(Ov5642Sim, AfterReset_ThePadsDoNotDriveAndNoFrameComes) {
    Ov5642Driver driver;
    driver.reset();
    EXPECT_FALSE(driver.capture(500));
    EXPECT_EQ(driver.readChip(0x41) & 0x01, 0);
}

TEST(Ov5642Sim, PowerDownBit_StopsTheFrames) {
    Ov5642Driver driver;
    driver.start(320, 240);
    driver.writeSensor(0x3008, 0x42);
    EXPECT_FALSE(driver.capture(500));
    driver.writeSensor(0x3008, 0x02);
    EXPECT_TRUE(driver.capture(500));
}

TEST(Ov5642Sim, WithoutTheEncoder_FramesAreNoJpeg) {
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x3002, 0x0C))) << "held in reset";
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x4300, 0x61))) << "RGB";
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x4713, 0x00))) << "no mode chosen";
}

TEST(Ov5642Sim, WindowAndScalerThatDoNotGoTogether_GiveNoJpeg) {
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x5001, 0x4F))) << "scaler off";
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x3804, 0x01))) << "window below the picture";
    EXPECT_FALSE(beginsAsJpeg(Ov5642Driver().pictureAfter(0x380C, 0x01))) << "lines shorter than the window";
}

TEST(Ov5642Sim, JpegScale_SetsTheFilesTables) {
    Ov5642Driver driver;
    EXPECT_EQ(driver.pictureAfter(0x4407, 0x04)[25], 4); // 16 × 4 / 16
    EXPECT_EQ(driver.pictureAfter(0x4407, 0x08)[25], 8);
}

TEST(Ov5642Sim, FrameTime_FollowsFromLinesAndClocks) {
    Ov5642Driver driver;
    driver.start(320, 240);
    const auto captureMs = [&] {
        driver.startCapture();
        const auto begin = driver.now;
        while (!driver.done())
            driver.wait(100);
        return static_cast<double>(driver.now - begin) / 1e6;
    };
    captureMs(); // ends with a frame: the next has begun
    EXPECT_NEAR(captureMs(), 2 * 133.3, 0.6);
    driver.writeSensor(0x380E, 0x0F);
    driver.writeSensor(0x380F, 0xA0);
    captureMs();
    EXPECT_NEAR(captureMs(), 4 * 133.3, 0.6);
}

TEST(Ov5642Sim, AutomaticExposure_ShowsInItsRegistersAndStaysWhenFrozen) {
    Ov5642Driver driver;
    driver.start(320, 240);
    driver.writeSensor(0x3500, 0x0F); // has no effect
    EXPECT_EQ(driver.readSensor(0x3500), 0x00);
    EXPECT_EQ(driver.readSensor(0x3501), 0x19); // 400 lines of 16
    driver.writeSensor(0x3503, 0x07);
    EXPECT_EQ(driver.readSensor(0x3501), 0x19);
    const auto frozen = driver.picture();
    driver.writeSensor(0x3501, 0x05);
    EXPECT_NE(driver.picture(), frozen);
}

TEST(Ov5642Sim, TestPattern_ReplacesTheScene) {
    Ov5642Driver driver;
    driver.start(320, 240);
    const auto scene = driver.picture();
    driver.writeSensor(0x503D, 0x80);
    const auto bars = driver.picture();
    EXPECT_TRUE(beginsAsJpeg(bars));
    EXPECT_NE(bars, scene);
    driver.writeSensor(0x503D, 0x00);
    EXPECT_EQ(driver.picture(), scene);
}

TEST(Ov5642Sim, WriteBusy_LosesTheDataByteOfTwoByteAddresses) {
    Faults faults;
    faults.writeBusyUs = 3000;
    faults.writeBusyRegisters = {{0x3800, 0x38FF}};
    Ov5642Driver driver(faults);
    driver.writeSensor(0x3808, 0x01);
    driver.writeSensor(0x3809, 0x40);
    driver.writeSensor(0x4407, 0x02);
    EXPECT_EQ(driver.readSensor(0x3808), 0x01);
    EXPECT_EQ(driver.readSensor(0x3809), 0x20) << "lost: what the reset left";
    EXPECT_EQ(driver.readSensor(0x4407), 0x02);
}

TEST(Ov5642Sim, SlowSettling_BreaksFramesAfterAChangeOfSize) {
    Faults slow;
    slow.settleMs = 1000;
    Ov5642Driver driver(slow);
    driver.start(320, 240);
    driver.wait(1'000'000);
    driver.setOutput(640, 480);
    EXPECT_NE(sizeIn(driver.picture()), (Size{640, 480}));
    driver.wait(1'000'000);
    EXPECT_EQ(sizeIn(driver.picture()), (Size{640, 480}));
}

TEST(Ov5642Sim, GoodModule_SettlesWithin300Ms) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Ov5642Driver driver({}, seed);
        driver.start(320, 240);
        driver.setOutput(640, 480);
        driver.wait(300'000);
        EXPECT_EQ(sizeIn(driver.picture()), (Size{640, 480})) << "seed " << seed;
    }
}

} // namespace
} // namespace framegate::sim
