// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::wire {

/// CRC-32 as Ethernet and zlib have it (polynomial 04C11DB7 reflected, initial and final FFFFFFFF), taken
/// piece by piece.
class Crc32 {
public:
    constexpr void add(std::uint8_t byte) { state_ = (state_ >> 8) ^ table[(state_ ^ byte) & 0xFF]; }
    constexpr void add(std::span<const std::uint8_t> bytes) {
        for (const auto byte : bytes)
            add(byte);
    }
    constexpr std::uint32_t value() const { return ~state_; }

private:
    static constexpr std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int bit = 0; bit < 8; ++bit)
                c = (c >> 1) ^ ((c & 1) != 0 ? 0xEDB88320U : 0U);
            made[i] = c;
        }
        return made;
    }();
    std::uint32_t state_ = 0xFFFFFFFFU;
};

constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
    Crc32 sum;
    sum.add(bytes);
    return sum.value();
}

} // namespace framegate::wire
