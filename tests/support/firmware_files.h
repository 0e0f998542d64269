// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace framegate::test {

using Bytes = std::vector<std::byte>;

inline void put16(Bytes& bytes, std::size_t at, std::uint32_t value) {
    bytes.at(at) = static_cast<std::byte>(value & 0xFF);
    bytes.at(at + 1) = static_cast<std::byte>(value >> 8 & 0xFF);
}
inline void put32(Bytes& bytes, std::size_t at, std::uint32_t value) {
    put16(bytes, at, value & 0xFFFF);
    put16(bytes, at + 2, value >> 16);
}
inline std::uint32_t get32(const Bytes& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes.at(at + i));
    return value;
}

/// Bytes that differ from seed to seed and from place to place.
inline Bytes noise(std::size_t size, std::uint32_t seed) {
    Bytes bytes(size);
    std::uint32_t state = seed * 2654435761U + 1;
    for (auto& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::byte>(state >> 24);
    }
    return bytes;
}

/// CRC-32 of the RP2040's boot ROM, bit by bit, apart from the code under test.
inline std::uint32_t romCrc(const Bytes& bytes, std::size_t size) {
    std::uint32_t crc = ~std::uint32_t{0};
    for (std::size_t i = 0; i < size * 8; ++i) {
        const auto bit = std::to_integer<std::uint32_t>(bytes[i / 8]) >> (7 - i % 8) & 1;
        const bool carry = (crc >> 31 ^ bit) != 0;
        crc = crc << 1 ^ (carry ? 0x04C11DB7U : 0U);
    }
    return crc;
}

/// What an RP2040 starts from flash: a boot stage with its check sum, then noise.
inline Bytes rp2040Flash(std::size_t size, std::uint32_t seed) {
    auto bytes = noise(size, seed);
    put32(bytes, 252, romCrc(bytes, 252));
    return bytes;
}

/// Puts a block of a block loop at \a at: an image type, or nothing of meaning, and the link.
inline void putBlock(Bytes& bytes, std::size_t at, std::uint32_t item, std::uint32_t link) {
    put32(bytes, at, 0xFFFFDED3);
    put32(bytes, at + 4, item);
    put32(bytes, at + 8, 0x000001FF);
    put32(bytes, at + 12, link);
    put32(bytes, at + 16, 0xAB123579);
}
inline constexpr std::uint32_t itemArmProgram = 0x10210142;   ///< as the SDK's crt0 has it on an RP2350
inline constexpr std::uint32_t itemRiscVProgram = 0x11010142; ///< the same for RISC-V
inline constexpr std::uint32_t itemIgnored = 0x000001FE;
inline constexpr std::size_t firstBlockAt = 0x138; ///< where the SDK puts it

/// What an RP2350 starts, from flash or RAM: a loop of two blocks, one of them at the end.
inline Bytes rp2350Program(std::size_t size, std::uint32_t seed) {
    auto bytes = noise(size, seed);
    const auto last = (size - 20) / 4 * 4;
    putBlock(bytes, firstBlockAt, itemArmProgram, static_cast<std::uint32_t>(last - firstBlockAt));
    putBlock(bytes, last, itemIgnored, static_cast<std::uint32_t>(firstBlockAt - last));
    return bytes;
}

/// A UF2 block as it is to stand in a file.
struct Uf2Block {
    std::uint32_t address = 0;
    Bytes payload;
    std::uint32_t number = 0;
    std::uint32_t count = 1;
    std::uint32_t family = 0xE48BFF56;
    std::uint32_t flags = 0x2000;
};

inline void append(Bytes& file, const Uf2Block& block) {
    Bytes bytes(512);
    const std::uint32_t words[] = {0x0A324655,
                                   0x9E5D5157,
                                   block.flags,
                                   block.address,
                                   static_cast<std::uint32_t>(block.payload.size()),
                                   block.number,
                                   block.count,
                                   block.family};
    for (std::size_t i = 0; i < 8; ++i)
        put32(bytes, i * 4, words[i]);
    for (std::size_t i = 0; i < block.payload.size() && i < 476; ++i)
        bytes[32 + i] = block.payload[i];
    put32(bytes, 508, 0x0AB16F30);
    file.insert(file.end(), bytes.begin(), bytes.end());
}

/// A UF2 file of 256-byte blocks.
inline Bytes uf2Of(const Bytes& memory, std::uint32_t address, std::uint32_t family) {
    Bytes file;
    const auto count = static_cast<std::uint32_t>((memory.size() + 255) / 256);
    for (std::uint32_t i = 0; i < count; ++i) {
        Uf2Block block{address + i * 256, Bytes(256), i, count, family};
        for (std::size_t k = 0; k < 256 && i * std::size_t{256} + k < memory.size(); ++k)
            block.payload[k] = memory[i * std::size_t{256} + k];
        append(file, block);
    }
    return file;
}

/// The block that guards against RP2350-E10.
inline Bytes erratumGuard() {
    Bytes file;
    append(file, {0x10FFFF00, Bytes(256, std::byte{0xEF}), 0, 2, 0xE48BFF57, 0x2000});
    return file;
}

struct ElfSegment {
    std::uint32_t physical = 0;
    Bytes bytes;
    std::uint32_t type = 1;      ///< PT_LOAD
    std::uint32_t virtualTo = 0; ///< 0: the physical address
};

inline constexpr std::size_t elfTable = 52; ///< where elfOf() puts its program headers

/// A linked 32-bit ARM program.
inline Bytes elfOf(const std::vector<ElfSegment>& segments, std::uint32_t entry) {
    Bytes file(elfTable + 32 * segments.size());
    put32(file, 0, 0x464C457F);
    put32(file, 4, 0x00010101);
    put16(file, 16, 2);
    put16(file, 18, 40);
    put32(file, 24, entry);
    put32(file, 28, elfTable);
    put16(file, 42, 32);
    put16(file, 44, static_cast<std::uint32_t>(segments.size()));
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto& segment = segments[i];
        const auto size = static_cast<std::uint32_t>(segment.bytes.size());
        const auto at = elfTable + i * 32;
        put32(file, at, segment.type);
        put32(file, at + 4, static_cast<std::uint32_t>(file.size()));
        put32(file, at + 8, segment.virtualTo != 0 ? segment.virtualTo : segment.physical);
        put32(file, at + 12, segment.physical);
        put32(file, at + 16, size);
        put32(file, at + 20, size);
        file.insert(file.end(), segment.bytes.begin(), segment.bytes.end());
    }
    return file;
}

} // namespace framegate::test
