// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/memory_map.h"

namespace framegate::boot {
namespace {

// The RP2040's ROM takes flash addresses up to 0x20000000; its XIP window is 16 MiB (datasheet 2.6.3.1).
constexpr MemoryMap rp2040Memory{
    {0x10000000, 0x11000000}, {0x20000000, 0x20042000}, {0x15000000, 0x15004000}};
constexpr MemoryMap rp2350Memory{
    {0x10000000, 0x12000000}, {0x20000000, 0x20082000}, {0x13FFC000, 0x14000000}};

} // namespace

const MemoryMap& memoryOf(Chip chip) {
    return chip == Chip::Rp2040 ? rp2040Memory : rp2350Memory;
}

std::optional<ImageKind> placeOf(Chip chip, std::uint32_t address, std::uint64_t size) {
    const auto& memory = memoryOf(chip);
    if (memory.flash.holds(address, size)) return ImageKind::Flash;
    if (memory.ram.holds(address, size) || memory.cacheRam.holds(address, size)) return ImageKind::Ram;
    return std::nullopt;
}

} // namespace framegate::boot
