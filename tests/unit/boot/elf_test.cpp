// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/elf.h"

#include "support/firmware_files.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace framegate::test;
using ::testing::HasSubstr;

Bytes good() {
    return elfOf({{0x10000000, rp2040Flash(600, 1)}, {0x10000258, noise(100, 2), 1, 0x20000000}}, 0x100001E9);
}

void expectElfRefused(const Bytes& file, const std::string& code, const std::string& offset,
                      const std::string& reason) {
    const auto image = readElf(file, "x.elf");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(image.error().code, code);
    EXPECT_THAT(image.error().message, HasSubstr("x.elf: offset " + offset + ":"));
    EXPECT_THAT(image.error().message, HasSubstr(reason));
}

TEST(Elf, FlashProgram_LoadsAtPhysicalAddresses) {
    const auto image = readElf(good(), "x.elf");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->chip, Chip::Rp2040);
    EXPECT_EQ(image->kind, ImageKind::Flash);
    EXPECT_EQ(image->family, family::rp2040);
    EXPECT_EQ(image->entry, 0x100001E8U);
    ASSERT_EQ(image->segments.size(), 1U);
    EXPECT_EQ(image->segments[0].bytes.size(), 700U);
    EXPECT_EQ(image->segments[0].bytes[600], noise(1, 2)[0]);
}

TEST(Elf, ImageDefinition_TellsTheChip) {
    const auto image = readElf(elfOf({{0x10000000, rp2350Program(5000, 1)}}, 0x1000014D), "x.elf");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->chip, Chip::Rp2350);
    EXPECT_EQ(image->family, family::rp2350ArmSecure);
}

TEST(Elf, EntryInRam_IsARamImage) {
    const auto image = readElf(elfOf({{0x20000000, noise(5000, 1)}}, 0x20000001), "x.elf");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->chip, Chip::Rp2040);
    EXPECT_EQ(image->kind, ImageKind::Ram);
    EXPECT_EQ(image->entry, 0x20000000U);
}

TEST(Elf, Rp2350RamProgram_MayBeEnteredAnywhere) {
    const auto image = readElf(elfOf({{0x20000000, rp2350Program(5000, 1)}}, 0x20000151), "x.elf");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->chip, Chip::Rp2350);
    EXPECT_EQ(image->kind, ImageKind::Ram);
}

TEST(Elf, RamOnlyTheRp2350Has_TellsTheChip) {
    const auto image = readElf(elfOf({{0x20050000, noise(64, 1)}}, 0x20050001), "x.elf");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->chip, Chip::Rp2350);
}

TEST(Elf, HeadersThatLoadNothing_AreLeftOut) {
    auto file = elfOf({{0x10000000, rp2040Flash(600, 1)}, {0x08000000, noise(8, 1), 0x70000001}}, 0x10000001);
    EXPECT_TRUE(readElf(file, "x.elf"));
    file = elfOf({{0x10000000, rp2040Flash(600, 1)}, {0x08000000, {}}}, 0x10000001);
    EXPECT_TRUE(readElf(file, "x.elf"));
}

TEST(Elf, ShortFile_IsRefused) {
    auto file = good();
    file.resize(51);
    expectElfRefused(file, "ELF_HEADER", "0x33", "51 bytes, an ELF header has 52");
}

TEST(Elf, OtherMachines_AreRefused) {
    auto file = good();
    put16(file, 18, 243);
    expectElfRefused(file, "ELF_HEADER", "0x12", "machine: ARM expected (40), found 243");
}

TEST(Elf, EachFixedNumber_IsChecked) {
    const std::pair<std::size_t, const char*> numbers[] = {
        {4, "0x4"}, {5, "0x5"}, {16, "0x10"}, {42, "0x2a"}};
    for (const auto& [at, offset] : numbers) {
        auto file = good();
        file[at] = std::byte{7};
        expectElfRefused(file, "ELF_HEADER", offset, "found 7");
    }
}

TEST(Elf, NoProgramHeaders_AreRefused) {
    auto file = good();
    put16(file, 44, 0);
    expectElfRefused(file, "ELF_HEADER", "0x2c", "0 program headers; expected 1 to 64");
}

TEST(Elf, TooManyProgramHeaders_AreRefused) {
    auto file = good();
    put16(file, 44, 0xFFFF);
    expectElfRefused(file, "ELF_HEADER", "0x2c", "65535 program headers");
}

TEST(Elf, TableOutsideTheFile_IsRefused) {
    for (const std::uint32_t at : {0xFFFFFFFFU, 0xFFFFFFF0U, 800U}) {
        auto file = good();
        put32(file, 28, at);
        expectElfRefused(file, "ELF_HEADER", "0x1c", "do not fit into a file");
    }
}

TEST(Elf, ContentsOutsideTheFile_AreRefused) {
    auto file = good();
    put32(file, elfTable + 4, 0xFFFFFFF0);
    expectElfRefused(file, "ELF_SEGMENT", "0x34", "lie outside a file");
    file = good();
    put32(file, elfTable + 16, 0xFFFFFFF0);
    expectElfRefused(file, "ELF_SEGMENT", "0x34", "lie outside a file");
}

TEST(Elf, MoreInTheFileThanInMemory_IsRefused) {
    auto file = good();
    put32(file, elfTable + 20, 10);
    expectElfRefused(file, "ELF_SEGMENT", "0x34", "600 bytes in the file, but only 10 in memory");
}

TEST(Elf, OverlappingSegments_AreRefused) {
    const auto file = elfOf({{0x10000000, rp2040Flash(600, 1)}, {0x10000100, noise(8, 1)}}, 0x10000001);
    expectElfRefused(file, "FIRMWARE_OVERLAP", "0x54", "overlaps");
}

TEST(Elf, AddressWithoutMemory_IsRefused) {
    expectElfRefused(elfOf({{0x08000000, noise(600, 1)}}, 0x08000001), "FIRMWARE_ADDRESS", "0x34",
                     "0x08000000");
    expectElfRefused(elfOf({{0xFFFFFFF0, noise(600, 1)}}, 0x08000001), "FIRMWARE_ADDRESS", "0x34",
                     "0xfffffff0");
}

TEST(Elf, FlashAndRam_AreRefused) {
    const auto file = elfOf({{0x10000000, rp2040Flash(600, 1)}, {0x20000000, noise(8, 1)}}, 0x10000001);
    expectElfRefused(file, "FIRMWARE_MIXED", "0x54", "0x20000000 is RAM");
}

TEST(Elf, EntryOutsideTheProgram_IsRefused) {
    auto file = good();
    put32(file, 24, 0x10010001);
    expectElfRefused(file, "ELF_ENTRY", "0x18", "0x10010000 is not in what the file loads");
}

TEST(Elf, Rp2040RamEntryInTheMiddle_IsRefused) {
    expectElfRefused(elfOf({{0x20000000, noise(600, 1)}}, 0x20000101), "ELF_ENTRY", "0x18",
                     "not its lowest SRAM address");
}

TEST(Elf, Rp2040EntryInTheFlashCache_IsRefused) {
    expectElfRefused(elfOf({{0x15000000, noise(600, 1)}}, 0x15000001), "ELF_ENTRY", "0x18", "lowest SRAM");
}

TEST(Elf, NothingToLoad_IsRefused) {
    const auto image = readElf(elfOf({{0x10000000, noise(8, 1), 4}}, 0x10000001), "x.elf");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, "FIRMWARE_EMPTY");
}

} // namespace
} // namespace framegate::boot
