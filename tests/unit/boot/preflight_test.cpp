// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/preflight.h"

#include "boot/image_definition.h"
#include "support/firmware_files.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace framegate::test;
using ::testing::HasSubstr;

FirmwareImage imageAt(Chip chip, std::uint32_t address, Bytes bytes) {
    FirmwareImage image;
    image.name = "x";
    image.chip = chip;
    image.kind = address < 0x13000000 ? ImageKind::Flash : ImageKind::Ram;
    image.segments.push_back({address, std::move(bytes)});
    return image;
}

void expectRefused(const FirmwareImage& image, const std::string& code, const std::string& reason) {
    const auto bootable = checkBootable(image);
    ASSERT_FALSE(bootable);
    EXPECT_EQ(bootable.error().code, code);
    EXPECT_THAT(bootable.error().message, HasSubstr(reason));
}

TEST(BootCrc, KnownText_HasThePublishedValue) {
    const std::string text = "123456789"; // CRC-32/MPEG-2's check value
    EXPECT_EQ(bootCrc(std::as_bytes(std::span(text))), 0x0376E6E7U);
}

TEST(Preflight, Rp2040Flash_WantsTheBootStagesCheckSum) {
    EXPECT_TRUE(checkBootable(imageAt(Chip::Rp2040, 0x10000000, rp2040Flash(600, 1))));
    auto bytes = rp2040Flash(600, 1);
    bytes[7] ^= std::byte{1};
    expectRefused(imageAt(Chip::Rp2040, 0x10000000, bytes), "FIRMWARE_BOOT_CRC", "an RP2040 does not start");
}

TEST(Preflight, FlashImageElsewhere_IsRefused) {
    expectRefused(imageAt(Chip::Rp2040, 0x10001000, rp2040Flash(600, 1)), "FIRMWARE_NOT_BOOTABLE",
                  "begins at 0x10001000; flash is started from 0x10000000");
}

TEST(Preflight, ShortFirstPage_IsRefused) {
    expectRefused(imageAt(Chip::Rp2040, 0x10000000, noise(255, 1)), "FIRMWARE_NOT_BOOTABLE", "gap");
}

TEST(Preflight, Rp2040Ram_NeedsNoCheckSum) {
    EXPECT_TRUE(checkBootable(imageAt(Chip::Rp2040, 0x20000000, noise(600, 1))));
    expectRefused(imageAt(Chip::Rp2040, 0x15000000, noise(600, 1)), "FIRMWARE_NOT_BOOTABLE", "flash cache");
}

TEST(Preflight, Rp2350_WantsADefinitionInFlashAndRam) {
    for (const std::uint32_t at : {0x10000000U, 0x20000000U}) {
        EXPECT_TRUE(checkBootable(imageAt(Chip::Rp2350, at, rp2350Program(9000, 1))));
        expectRefused(imageAt(Chip::Rp2350, at, noise(9000, 1)), "IMAGE_DEF_MISSING", "does not start it");
    }
}

TEST(Preflight, DefinitionAfterTheFirst4KiB_IsNotSeen) {
    auto bytes = noise(9000, 1);
    putBlock(bytes, 4096, itemArmProgram, 0);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_MISSING", "0x10000000..0x10001000");
    putBlock(bytes, 4092, itemArmProgram, 0);
    EXPECT_TRUE(checkBootable(imageAt(Chip::Rp2350, 0x10000000, bytes)));
}

TEST(Preflight, DefinitionForRiscV_IsRefused) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemRiscVProgram, 0);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "FIRMWARE_CHIP", "RISC-V; expected RP2350 ARM");
}

TEST(ImageDefinition, LoopOfOne_IsWhole) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemArmProgram, 0);
    const auto found = findImageDefinition(imageAt(Chip::Rp2350, 0x10000000, bytes));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->address, 0x10000040U);
    EXPECT_TRUE(found->arm);
    EXPECT_TRUE(found->secure);
}

TEST(ImageDefinition, LinkIntoNothing_IsRefused) {
    auto bytes = rp2350Program(600, 1);
    put32(bytes, firstBlockAt + 12, 0x10000);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_LOOP", "0x10010138");
}

TEST(ImageDefinition, LoopThatDoesNotComeBack_IsRefused) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemArmProgram, 64);
    putBlock(bytes, 128, itemIgnored, 0);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_LOOP", "does not come back");
}

TEST(ImageDefinition, NoProgramInTheLoop_IsRefused) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemIgnored, 0);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_LOOP", "no block of the loop defines");
}

TEST(ImageDefinition, MalformedBlock_IsPassedOverAndNamed) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemArmProgram, 0);
    put32(bytes, 64 + 16, 0);
    expectRefused(
        imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_MISSING",
        "the block at 0x10000040 of the image's block loop: no end marker 0xab123579 at 0x10000050");
    putBlock(bytes, 256, itemArmProgram, 0);
    EXPECT_TRUE(checkBootable(imageAt(Chip::Rp2350, 0x10000000, bytes)));
}

TEST(ImageDefinition, WrongWordCountAndEmptyItem_AreRefused) {
    auto bytes = noise(600, 1);
    putBlock(bytes, 64, itemArmProgram, 0);
    put32(bytes, 64 + 8, 0x000002FF);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_MISSING", "counts 2 words, found 1");
    put32(bytes, 64 + 4, 0x10210042);
    expectRefused(imageAt(Chip::Rp2350, 0x10000000, bytes), "IMAGE_DEF_MISSING", "an item of no size");
}

TEST(KeyPage, IsWhatTheRomLooksFor) {
    EXPECT_EQ(keyPage(imageAt(Chip::Rp2040, 0x10000000, rp2040Flash(600, 1))), 0x10000000U);
    EXPECT_EQ(keyPage(imageAt(Chip::Rp2350, 0x10000000, rp2350Program(600, 1))), 0x10000100U);
}

} // namespace
} // namespace framegate::boot
