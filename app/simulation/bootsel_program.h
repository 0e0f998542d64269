// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace framegate::simulation {

/// flash_range_erase(offset, bytes, block, command) of the RP2040's ROM, as a program called it.
struct RangeErase {
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
    std::uint32_t block = 0;
    std::uint32_t command = 0;
};

/// Runs a short Thumb program that calls the RP2040's ROM functions through their table and returns. Only the
/// instructions that such a program needs are known, and only flash_range_erase is in the table.
/// \a memory holds the program from its first byte on. False where it does anything else: the chip is lost.
bool runProgram(std::span<const std::byte> memory, const std::function<void(const RangeErase&)>& erase);

} // namespace framegate::simulation
