// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/shipped_firmware.h"

#include "support/firmware_files.h"
#include "support/temp_folder.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using ::testing::HasSubstr;

class ShippedFirmware : public ::testing::Test {
protected:
    ShippedFirmware() { ::setenv("FRAMEGATE_FIRMWARE", folder_.path().c_str(), 1); }
    ~ShippedFirmware() override { ::unsetenv("FRAMEGATE_FIRMWARE"); }
    void put(const std::string& board, const std::string& name, const test::Bytes& bytes) {
        std::filesystem::create_directories(folder_ / board);
        std::ofstream(folder_ / (board + "/" + name), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    test::TempFolder folder_;
};

TEST_F(ShippedFirmware, IsTakenForEveryChipThereIs) {
    put("firmware-pico", "framegate-fw-ram.uf2", test::uf2Of(test::noise(4096, 1), 0x20000000, 0xE48BFF56));
    put("firmware-pico2", "framegate-fw-ram.uf2",
        test::uf2Of(test::rp2350Program(4096, 1), 0x20000000, 0xE48BFF59));
    const auto order = shippedFirmware(boot::ImageKind::Ram);
    ASSERT_TRUE(order) << order.error().message;
    ASSERT_EQ(order->images.size(), 2U);
    EXPECT_EQ(order->images[0].chip, boot::Chip::Rp2040);
    EXPECT_EQ(order->images[1].chip, boot::Chip::Rp2350);
    EXPECT_EQ(order->kind, boot::ImageKind::Ram);
}

TEST_F(ShippedFirmware, ForFlash_IsAnotherFile) {
    put("firmware-pico", "framegate-fw.uf2", test::uf2Of(test::rp2040Flash(4096, 1), 0x10000000, 0xE48BFF56));
    const auto order = shippedFirmware(boot::ImageKind::Flash);
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(order->images.size(), 1U);
    EXPECT_FALSE(shippedFirmware(boot::ImageKind::Ram));
}

TEST_F(ShippedFirmware, NoneThere_SaysWhereItLookedAndWhatToDo) {
    const auto order = shippedFirmware(boot::ImageKind::Ram);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().code, "FIRMWARE_NOT_SHIPPED");
    EXPECT_THAT(order.error().message, HasSubstr(folder_.path().string()));
    EXPECT_THAT(order.error().message, HasSubstr("--firmware"));
}

TEST_F(ShippedFirmware, DamagedFile_IsRefusedByName) {
    put("firmware-pico", "framegate-fw-ram.uf2", test::noise(1000, 1));
    const auto order = shippedFirmware(boot::ImageKind::Ram);
    ASSERT_FALSE(order);
    EXPECT_THAT(order.error().message, HasSubstr("firmware-pico/framegate-fw-ram.uf2"));
}

} // namespace
} // namespace framegate
