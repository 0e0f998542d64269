// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/firmware_files.h"
#include "system/framegate.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using ::testing::HasSubstr;

class Flash : public ::testing::Test {
protected:
    std::string file(const Bytes& bytes) {
        const auto path = folder_ / "firmware.uf2";
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return path.string();
    }
    Ran flash(const Bytes& firmware, std::vector<std::string> more) {
        std::vector<std::string> all = {"flash", "--bench", "virtual", "--firmware", file(firmware)};
        all.insert(all.end(), more.begin(), more.end());
        return framegate(all);
    }
    TempFolder folder_;
};

Bytes forRp2040() {
    return uf2Of(rp2040Flash(20 * 1024, 1), 0x10000000, 0xE48BFF56);
}

TEST_F(Flash, AllSlots_AreWrittenVerifiedAndStarted) {
    const auto ran = flash(forRp2040(), {"--slots", "4", "--all"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const auto* slot : {"slot 1 (1-1)", "slot 4 (1-4)"})
        EXPECT_THAT(ran.out, HasSubstr(std::string(slot) + ": 5 sectors, of which 0 were equal"));
    EXPECT_THAT(ran.err, HasSubstr("slot 4 (1-4): writing and verifying"));
}

TEST_F(Flash, Rp2350_TakesAFlashAndARamImage) {
    const auto program = rp2350Program(20 * 1024, 1);
    const auto ran = flash(uf2Of(program, 0x10000000, 0xE48BFF59), {"--rp2350"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto ram = flash(uf2Of(program, 0x20000000, 0xE48BFF59), {"--rp2350", "--ram"});
    EXPECT_EQ(ram.status, 0) << ram.err;
    EXPECT_THAT(ram.out, HasSubstr("slot 1 (1-1): 20480 bytes in RAM, running"));
}

TEST_F(Flash, SeveralBoardsAndNoChoice_IsWrongInput) {
    const auto ran = flash(forRp2040(), {"--slots", "2"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("say --slot N or --all"));
}

TEST_F(Flash, FirmwareThatCannotStart_IsRefusedBeforeABoardIsTouched) {
    auto program = rp2040Flash(20 * 1024, 1);
    program[3] ^= std::byte{1};
    const auto ran = flash(uf2Of(program, 0x10000000, 0xE48BFF56), {});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("FIRMWARE_BOOT_CRC"));
    EXPECT_EQ(ran.err.find("slot 1"), std::string::npos);
}

TEST_F(Flash, FirmwareForTheOtherChipOrMemory_IsWrongInput) {
    EXPECT_THAT(flash(forRp2040(), {"--rp2350"}).err, HasSubstr("FIRMWARE_CHIP"));
    const auto ran = flash(forRp2040(), {"--ram"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("leave --ram out"));
}

TEST_F(Flash, FirmwareLargerThanTheFlash_IsWrongInputWithBothSizes) {
    const auto ran = flash(uf2Of(rp2040Flash(2200 * 1024, 1), 0x10000000, 0xE48BFF56), {});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("FLASH_SIZE"));
    EXPECT_THAT(ran.err, HasSubstr("it takes 2200 KiB of flash, the board at 1-1 has 2048 KiB"));
}

/// The test firmware is looked for in a folder of this test's.
class DefaultFirmware : public Flash {
protected:
    DefaultFirmware() { ::setenv("FRAMEGATE_FIRMWARE", folder_.path().c_str(), 1); }
    ~DefaultFirmware() override { ::unsetenv("FRAMEGATE_FIRMWARE"); }
};

TEST_F(DefaultFirmware, IsTheShippedOneIntoRam) {
    std::filesystem::create_directory(folder_ / "firmware-pico");
    std::filesystem::rename(file(uf2Of(noise(8192, 1), 0x20000000, 0xE48BFF56)),
                            folder_ / "firmware-pico/framegate-fw-ram.uf2");
    const auto ran = framegate({"flash", "--bench", "virtual"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("slot 1 (1-1): 8192 bytes in RAM, running"));
    EXPECT_THAT(ran.out, HasSubstr(", board e660000000000000, 2048 KiB of flash"));
}

TEST_F(DefaultFirmware, NotBuilt_IsWrongInputThatSaysWhatToDo) {
    const auto ran = framegate({"flash", "--bench", "virtual", "--flash"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("FIRMWARE_NOT_SHIPPED"));
    EXPECT_THAT(ran.err, HasSubstr("name a file with --firmware"));
}

} // namespace
} // namespace framegate::test
