// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/uf2.h"

#include "support/firmware_files.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace framegate::test;
using ::testing::HasSubstr;

constexpr std::uint32_t foreign = 0x57755A57; // an STM32F4

Bytes joined(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

void expectUf2Refused(const Bytes& file, const std::string& code, const std::string& offset,
                      const std::string& reason) {
    const auto images = readUf2(file, "x.uf2");
    ASSERT_FALSE(images);
    EXPECT_EQ(images.error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(images.error().code, code);
    EXPECT_THAT(images.error().message, HasSubstr("x.uf2: offset " + offset + ":"));
    EXPECT_THAT(images.error().message, HasSubstr(reason));
}

Bytes blocksOf(std::vector<Uf2Block> blocks) {
    Bytes file;
    for (const auto& block : blocks)
        append(file, block);
    return file;
}

Uf2Block block(std::uint32_t address, std::uint32_t number, std::uint32_t count) {
    return {address, noise(256, number), number, count};
}

TEST(Uf2, FlashImage_IsReadWhole) {
    const auto memory = rp2040Flash(1000, 1);
    const auto images = readUf2(uf2Of(memory, 0x10000000, family::rp2040), "x.uf2");
    ASSERT_TRUE(images) << images.error().message;
    ASSERT_EQ(images->size(), 1U);
    const auto& image = images->front();
    EXPECT_EQ(image.chip, Chip::Rp2040);
    EXPECT_EQ(image.kind, ImageKind::Flash);
    ASSERT_EQ(image.segments.size(), 1U);
    EXPECT_EQ(image.begin(), 0x10000000U);
    EXPECT_EQ(image.size(), 1024U);
    EXPECT_TRUE(std::equal(memory.begin(), memory.end(), image.segments[0].bytes.begin()));
}

TEST(Uf2, RamImage_IsToldApart) {
    const auto images = readUf2(uf2Of(noise(512, 1), 0x20000000, family::rp2040), "x.uf2");
    ASSERT_TRUE(images);
    EXPECT_EQ(images->front().kind, ImageKind::Ram);
}

TEST(Uf2, SeveralFamilies_GiveAnImageEach) {
    const auto file =
        joined(joined(erratumGuard(), uf2Of(noise(512, 1), 0x10000000, family::rp2350ArmSecure)),
               uf2Of(noise(256, 2), 0x10000000, family::rp2040));
    const auto images = readUf2(file, "x.uf2");
    ASSERT_TRUE(images) << images.error().message;
    ASSERT_EQ(images->size(), 2U);
    EXPECT_EQ((*images)[0].chip, Chip::Rp2350);
    EXPECT_EQ((*images)[0].size(), 512U);
    EXPECT_EQ((*images)[1].chip, Chip::Rp2040);
    EXPECT_EQ((*images)[1].size(), 256U);
}

TEST(Uf2, ErratumGuardAlone_HoldsNothing) {
    expectUf2Refused(erratumGuard(), "UF2_FAMILY", "0x1c", "no firmware for an RP2040 or RP2350");
}

TEST(Uf2, AbsoluteBlockThatIsNoGuard_IsFirmware) {
    auto guard = erratumGuard();
    guard[32] = std::byte{0};
    expectUf2Refused(guard, "UF2_COUNT", "0x18", "says it has 2 blocks; found 1");
}

TEST(Uf2, FamilyOfAnotherChip_IsLeftOut) {
    const auto file =
        joined(uf2Of(noise(256, 1), 0x08000000, foreign), uf2Of(noise(256, 2), 0x10000000, family::rp2040));
    const auto images = readUf2(file, "x.uf2");
    ASSERT_TRUE(images) << images.error().message;
    EXPECT_EQ(images->size(), 1U);
}

TEST(Uf2, OnlyAnotherChipsFamily_IsRefusedByName) {
    expectUf2Refused(uf2Of(noise(256, 1), 0x08000000, foreign), "UF2_FAMILY", "0x1c", "0x57755a57");
}

TEST(Uf2, AddressGap_MakesTwoSegments) {
    const auto images = readUf2(blocksOf({block(0x10000000, 0, 2), block(0x10001000, 1, 2)}), "x.uf2");
    ASSERT_TRUE(images);
    ASSERT_EQ(images->front().segments.size(), 2U);
    EXPECT_EQ(images->front().segments[1].address, 0x10001000U);
    EXPECT_EQ(images->front().size(), 512U);
}

TEST(Uf2, BlocksOutOfOrder_AreSorted) {
    const auto images = readUf2(blocksOf({block(0x10000100, 1, 2), block(0x10000000, 0, 2)}), "x.uf2");
    ASSERT_TRUE(images);
    EXPECT_EQ(images->front().segments.size(), 1U);
    EXPECT_EQ(images->front().segments[0].bytes[0], noise(1, 0)[0]);
}

TEST(Uf2, BlockNotForMainFlash_IsCountedAndLeftOut) {
    auto other = block(0xF0000000, 1, 2);
    other.flags = 0x2001;
    const auto images = readUf2(blocksOf({block(0x10000000, 0, 2), other}), "x.uf2");
    ASSERT_TRUE(images) << images.error().message;
    EXPECT_EQ(images->front().size(), 256U);
}

TEST(Uf2, ExtensionTags_AreAllowed) {
    auto tagged = block(0x10000000, 0, 1);
    tagged.flags = 0xA000;
    auto file = blocksOf({tagged});
    put32(file, 32 + 256, 0x9957E304); // one of four bytes, then the end
    EXPECT_TRUE(readUf2(file, "x.uf2"));
}

TEST(Uf2, TagsWithoutEnd_AreRefused) {
    auto tagged = block(0x10000000, 0, 1);
    tagged.flags = 0xA000;
    auto file = blocksOf({tagged});
    put32(file, 32 + 256, 0x9957E3FF);
    expectUf2Refused(file, "UF2_PAYLOAD", "0x120", "tags do not end inside the block");
}

TEST(Uf2, PartOfABlock_IsRefused) {
    auto file = blocksOf({block(0x10000000, 0, 1)});
    file.resize(700);
    expectUf2Refused(file, "UF2_SIZE", "0x200", "700 bytes; expected whole blocks of 512");
}

TEST(Uf2, EmptyFile_IsRefused) {
    expectUf2Refused({}, "UF2_SIZE", "0x0", "0 bytes");
}

TEST(Uf2, EachMagicNumber_IsChecked) {
    for (const std::size_t at : {512 + 0, 512 + 4, 512 + 508}) {
        auto file = blocksOf({block(0x10000000, 0, 2), block(0x10000100, 1, 2)});
        put32(file, at, 0x12345678);
        expectUf2Refused(file, "UF2_MAGIC",
                         at == 512   ? "0x200"
                         : at == 516 ? "0x204"
                                     : "0x3fc",
                         "0x12345678");
    }
}

TEST(Uf2, BlockWithoutFamily_IsRefused) {
    auto plain = block(0x10000000, 0, 1);
    plain.flags = 0;
    expectUf2Refused(blocksOf({plain}), "UF2_FLAGS", "0x8", "without a family");
}

TEST(Uf2, FileContainer_IsRefused) {
    auto container = block(0x10000000, 0, 1);
    container.flags = 0x3000;
    expectUf2Refused(blocksOf({container}), "UF2_FLAGS", "0x8", "file container");
}

TEST(Uf2, ImpossiblePayloadSizes_AreRefused) {
    for (const std::uint32_t size : {0U, 477U, 0xFFFFFFFFU}) {
        auto file = blocksOf({block(0x10000000, 0, 1)});
        put32(file, 16, size);
        expectUf2Refused(file, "UF2_PAYLOAD", "0x10", "expected 1 to 476");
    }
}

TEST(Uf2, PayloadOverTheMd5_IsRefused) {
    auto file = blocksOf({{0x10000000, noise(476, 1), 0, 1, family::rp2040, 0x6000}});
    expectUf2Refused(file, "UF2_PAYLOAD", "0x10", "expected 1 to 452");
}

TEST(Uf2, AddressPastTheEnd_IsRefused) {
    expectUf2Refused(blocksOf({block(0xFFFFFF80, 0, 1)}), "FIRMWARE_ADDRESS", "0xc", "past 4 GiB");
}

TEST(Uf2, AddressWithoutMemory_IsRefused) {
    expectUf2Refused(blocksOf({block(0x30000000, 0, 1)}), "FIRMWARE_ADDRESS", "0x0", "0x30000000");
    expectUf2Refused(blocksOf({block(0x20041F80, 0, 1)}), "FIRMWARE_ADDRESS", "0x0", "RP2040 has neither");
}

TEST(Uf2, MissingBlock_IsRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 3), block(0x10000200, 2, 3)}), "UF2_COUNT", "0x18",
                     "3 blocks; found 2");
}

TEST(Uf2, CountsThatDisagree_AreRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 2), block(0x10000100, 1, 3)}), "UF2_COUNT", "0x214",
                     "block 1 of 3");
}

TEST(Uf2, NumberBeyondTheCount_IsRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 2), block(0x10000100, 0xFFFFFFFF, 2)}), "UF2_COUNT",
                     "0x214", "block 4294967295 of 2");
}

TEST(Uf2, HugeCount_TakesNoMemory) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 0xFFFFFFFF)}), "UF2_COUNT", "0x18", "found 1");
}

TEST(Uf2, NumberTwice_IsRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 2), block(0x10000100, 0, 2)}), "UF2_DUPLICATE", "0x214",
                     "block 0");
}

TEST(Uf2, AddressTwice_IsRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 2), block(0x10000080, 1, 2)}), "FIRMWARE_OVERLAP",
                     "0x200", "0x10000080..0x10000180 overlaps 0x10000000..0x10000100 of offset 0x0");
}

TEST(Uf2, FlashAndRamInOne_AreRefused) {
    expectUf2Refused(blocksOf({block(0x10000000, 0, 2), block(0x20000000, 1, 2)}), "FIRMWARE_MIXED", "0x200",
                     "0x20000000 is RAM, but 0x10000000 of the same image is flash");
}

TEST(Uf2, OnlyBlocksNotForFlash_HoldNothing) {
    auto other = block(0x10000000, 0, 1);
    other.flags = 0x2001;
    const auto images = readUf2(blocksOf({other}), "x.uf2");
    ASSERT_FALSE(images);
    EXPECT_EQ(images.error().code, "FIRMWARE_EMPTY");
}

TEST(Uf2, MoreFamiliesThanAnyFileHas_AreRefused) {
    Bytes file;
    for (std::uint32_t i = 0; i < 65; ++i)
        append(file, {0x10000000, noise(256, i), 0, 1, i});
    expectUf2Refused(file, "UF2_FAMILY", "0x801c", "more than 64 families");
}

} // namespace
} // namespace framegate::boot
