// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::boot {

/// Little-endian numbers at an offset that the caller has checked.
inline std::uint32_t read16(std::span<const std::byte> bytes, std::size_t offset) {
    assert(bytes.size() >= 2 && offset <= bytes.size() - 2);
    return std::to_integer<std::uint32_t>(bytes[offset]) | std::to_integer<std::uint32_t>(bytes[offset + 1])
                                                               << 8;
}
inline std::uint32_t read32(std::span<const std::byte> bytes, std::size_t offset) {
    assert(bytes.size() >= 4 && offset <= bytes.size() - 4);
    return read16(bytes, offset) | read16(bytes, offset + 2) << 16;
}
inline void write32(std::span<std::byte> bytes, std::size_t offset, std::uint32_t value) {
    assert(bytes.size() >= 4 && offset <= bytes.size() - 4);
    for (std::size_t i = 0; i < 4; ++i)
        bytes[offset + i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
}

} // namespace framegate::boot
