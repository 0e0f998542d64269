// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_start.h"

#include <algorithm>

namespace framegate::simulation {
namespace {

/// Start marker, an image type that says "ARM program for an RP2350", the last item, link, end marker.
bool definesProgram(std::span<const std::byte> block) {
    return wordAt(block, 0) == 0xFFFFDED3 && (wordAt(block, 4) & 0xFFFF) == 0x0142 &&
           (wordAt(block, 4) >> 16 & 0x770F) == 0x1001;
}

} // namespace

std::uint32_t wordAt(std::span<const std::byte> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

std::uint32_t bootStageCheck(std::span<const std::byte> flash) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (std::size_t bit = 0; bit < std::size_t{252} * 8; ++bit) {
        const auto next = std::to_integer<std::uint32_t>(flash[bit / 8]) >> (7 - bit % 8) & 1;
        crc = (crc >> 31 ^ next) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
    }
    return crc;
}

bool holdsBootStage(std::span<const std::byte> flash) {
    return bootStageCheck(flash) == wordAt(flash, 252);
}

bool holdsProgram(std::span<const std::byte> memory) {
    const auto searched = memory.first(std::min<std::size_t>(memory.size(), 4096));
    for (std::size_t at = 0; at + 8 <= searched.size(); at += 4)
        if (definesProgram(searched.subspan(at))) return true;
    return false;
}

} // namespace framegate::simulation
