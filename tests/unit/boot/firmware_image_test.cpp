// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/firmware_image.h"

#include "boot/preflight.h"
#include "boot/program_info.h"
#include "support/firmware_files.h"
#include "support/temp_folder.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace framegate::test;
using ::testing::HasSubstr;

std::vector<FirmwareImage> universal() {
    auto file = uf2Of(rp2350Program(600, 1), 0x10000000, family::rp2350ArmSecure);
    const auto second = uf2Of(rp2040Flash(600, 1), 0x10000000, family::rp2040);
    file.insert(file.end(), second.begin(), second.end());
    return *firmwareOf(file, "x.uf2");
}

TEST(Firmware, ImageFor_PicksTheChip) {
    EXPECT_EQ(imageFor(Chip::Rp2040, universal())->family, family::rp2040);
    EXPECT_EQ(imageFor(Chip::Rp2350, universal())->family, family::rp2350ArmSecure);
}

TEST(Firmware, ImageForAnotherChip_SaysWhatThereIs) {
    auto images = universal();
    images.pop_back();
    const auto image = imageFor(Chip::Rp2040, images);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, "FIRMWARE_CHIP");
    EXPECT_THAT(image.error().message, HasSubstr("x.uf2: the board has an RP2040, the file is for RP2350"));
}

TEST(Firmware, OtherFile_IsRefused) {
    const auto images = firmwareOf(noise(600, 1), "x.bin");
    ASSERT_FALSE(images);
    EXPECT_EQ(images.error().code, "FIRMWARE_FORMAT");
    EXPECT_FALSE(firmwareOf({}, "empty"));
}

TEST(Firmware, MissingFile_IsAWrongInput) {
    const auto images = readFirmware(TempFolder() / "absent.uf2");
    ASSERT_FALSE(images);
    EXPECT_EQ(images.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(images.error().message, HasSubstr("absent.uf2"));
}

TEST(Firmware, Read_StopsAtGaps) {
    FirmwareImage image;
    image.segments = {{0x100, noise(16, 1)}, {0x120, noise(16, 2)}};
    Bytes four(4);
    EXPECT_TRUE(image.read(0x12C, four));
    EXPECT_FALSE(image.read(0x12D, four));
    EXPECT_FALSE(image.read(0x10E, four));
    EXPECT_FALSE(image.read(0xFF, four));
    EXPECT_EQ(image.size(), 32U);
}

/// The test firmware that this source folder builds; absent where nobody built it.
class BuiltFirmware : public ::testing::TestWithParam<std::pair<const char*, Chip>> {};

TEST_P(BuiltFirmware, IsReadAndBootable) {
    const auto& [preset, chip] = GetParam();
    const auto file = std::filesystem::path(FRAMEGATE_SOURCE_DIR) / "build" / preset / "framegate-fw.elf";
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << file << " is absent: cmake --workflow --preset " << preset;
    const auto images = readFirmware(file);
    ASSERT_TRUE(images) << images.error().message;
    EXPECT_EQ(images->front().chip, chip);
    const auto bootable = checkBootable(images->front());
    EXPECT_TRUE(bootable) << bootable.error().message;
    EXPECT_THAT(programVersion(images->front()).value_or(""), testing::MatchesRegex("[0-9.]+\\+[0-9a-z-]+"));
}

INSTANTIATE_TEST_SUITE_P(Presets, BuiltFirmware,
                         ::testing::Values(std::pair{"firmware-pico", Chip::Rp2040},
                                           std::pair{"firmware-pico2", Chip::Rp2350}),
                         [](const auto& param) {
                             return param.param.second == Chip::Rp2040 ? "Pico" : "Pico2";
                         });

} // namespace
} // namespace framegate::boot
