// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::simulation {

/// flash_range_erase(offset, bytes, block, command) of the RP2040's ROM, as a program called it.
struct RangeErase {
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
    std::uint32_t block = 0;
    std::uint32_t command = 0;
};

/// What a program of an RP2040 reaches outside its RAM.
class ProgramSurroundings {
public:
    virtual ~ProgramSurroundings() = default;
    /// The ROM's flash_range_erase() is called.
    virtual void erase(const RangeErase& range) = 0;
    /// The flash's select wire is forced low (selected) or high.
    virtual void selectFlash(bool selected) = 0;
    /// A byte goes to the flash over SPI; the one that comes meanwhile.
    virtual std::uint8_t exchange(std::uint8_t byte) = 0;
};

/// Runs a short Thumb program at \a entry in \a ram, which lies at \a base, until it returns. Only the
/// instructions and registers of the chip that such programs of a station use are known: the ROM's table of
/// functions with flash_range_erase, the flash's SPI (SSI) and its select wire.
/// False where it does anything else: the chip is lost.
bool runProgram(std::span<std::byte> ram, std::uint32_t base, std::uint32_t entry,
                ProgramSurroundings& surroundings);

} // namespace framegate::simulation
