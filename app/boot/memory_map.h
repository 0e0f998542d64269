// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstdint>
#include <optional>

namespace framegate::boot {

/// A stretch of a chip's address space; `end` is one past its last byte.
struct Window {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool holds(std::uint32_t address, std::uint64_t size) const {
        return address >= begin && address <= end && size <= end - address;
    }
};

/// A chip's memories as its boot ROM's USB loader sees them (bootrom-rp2040 bootrom/async_task.c;
/// bootrom-rp2350 src/nsboot).
struct MemoryMap {
    Window flash;
    Window ram;
    Window cacheRam; ///< the flash cache used as RAM ("XIP RAM")
};

inline constexpr std::uint32_t flashBase = 0x10000000;
inline constexpr std::uint32_t ramBase = 0x20000000;
inline constexpr std::uint32_t flashSectorBytes = 4096;
inline constexpr std::uint32_t flashPageBytes = 256;

const MemoryMap& memoryOf(Chip chip);

/// What \a size bytes at \a address are in; none where any of them is in neither.
std::optional<ImageKind> placeOf(Chip chip, std::uint32_t address, std::uint64_t size);

} // namespace framegate::boot
