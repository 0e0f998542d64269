// SPDX-License-Identifier: GPL-3.0-or-later
//
// Good files with a few bytes changed, cut or doubled: read, or refused with a place; never more memory than
// the file justifies. The same by libFuzzer: tests/fuzz.
#include "boot/image_definition.h"
#include "boot/preflight.h"
#include "support/firmware_files.h"

#include <gtest/gtest.h>
#include <random>

namespace framegate::boot {
namespace {

using namespace framegate::test;

Bytes mutated(Bytes file, std::mt19937& random) {
    const std::uint32_t edges[] = {0, 1, 0xFF, 0x100, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF};
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
        const auto at = random() % (file.size() - 4);
        switch (random() % 4) {
        case 0:
            file[at] ^= static_cast<std::byte>(1U << random() % 8);
            break;
        case 1:
            put32(file, at / 4 * 4, edges[random() % std::size(edges)]);
            break;
        case 2:
            put32(file, at / 4 * 4, static_cast<std::uint32_t>(random()));
            break;
        default:
            file.resize(8 + random() % (file.size() - 8));
            break;
        }
        if (file.size() < 16) break;
    }
    return file;
}

void expectReadOrRefused(const Bytes& file) {
    const auto images = firmwareOf(file, "x");
    if (!images) {
        EXPECT_EQ(images.error().kind, ErrorKind::InvalidInput);
        EXPECT_EQ(images.error().message.rfind("x: ", 0), 0U) << images.error().message;
        return;
    }
    std::size_t sum = 0;
    for (const auto& image : *images) {
        sum += image.size();
        for (std::size_t i = 1; i < image.segments.size(); ++i)
            EXPECT_LT(image.segments[i - 1].end(), image.segments[i].address);
        const bool defined = checkBootable(image) && image.chip == Chip::Rp2350;
        EXPECT_TRUE(!defined || findImageDefinition(image).has_value());
    }
    EXPECT_LE(sum, file.size());
}

void mutate(const Bytes& good, unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 4000; ++i)
        expectReadOrRefused(mutated(good, random));
}

/// One number after another set to what overflows best.
void setEachWord(const Bytes& good, std::size_t words) {
    for (const std::uint32_t value : {0U, 0x80000000U, 0xFFFFFFFFU, 0xFFFFFFFCU})
        for (std::size_t at = 0; at + 4 <= std::min(good.size(), words * 4); at += 2) {
            auto file = good;
            put32(file, at, value);
            expectReadOrRefused(file);
        }
}

Bytes smallUf2() {
    auto file = erratumGuard();
    for (const auto& part : {uf2Of(rp2350Program(900, 1), 0x10000000, family::rp2350ArmSecure),
                             uf2Of(rp2040Flash(600, 2), 0x10000000, family::rp2040)})
        file.insert(file.end(), part.begin(), part.end());
    return file;
}

Bytes smallElf() {
    return elfOf({{0x10000000, rp2350Program(900, 1)}, {0x10000384, noise(64, 2), 1, 0x20000000}},
                 0x10000151);
}

TEST(Mutation, Uf2_IsReadOrRefused) {
    ASSERT_TRUE(firmwareOf(smallUf2(), "x"));
    mutate(smallUf2(), 1);
    setEachWord(smallUf2(), 300);
}

TEST(Mutation, Elf_IsReadOrRefused) {
    ASSERT_TRUE(firmwareOf(smallElf(), "x"));
    mutate(smallElf(), 2);
    setEachWord(smallElf(), 300);
}

} // namespace
} // namespace framegate::boot
