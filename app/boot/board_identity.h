// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/picoboot.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate::boot {

/// Which board this is, and how much flash it has, as the board itself says.
struct BoardIdentity {
    /// As the test firmware tells it: 16 hexadecimal digits, lower case; of an RP2040 the flash's unique id,
    /// of an RP2350 the chip's.
    std::string boardId;
    std::uint32_t jedecId = 0;               ///< RP2040: maker, kind and size code of the flash; 0: not known
    std::optional<std::uint32_t> flashBytes; ///< none: the board does not know
};

/// What the third byte of a flash's JEDEC id says: a power of two with most makers. None for a code that is
/// no such size between 64 KiB and 16 MiB, all an RP2040 can address.
std::optional<std::uint32_t> flashBytesOf(std::uint32_t jedecId);

/// Asks \a board. An RP2040 is asked with two programs by EXEC, an RP2350 with GET_INFO. What a board does
/// not say is left out: an RP2350's ROM assumes 16 MiB where nobody has told its OTP, which says nothing.
/// Errors: those of Picoboot.
Result<BoardIdentity> identify(Picoboot& board, const std::stop_token& stop);

/// Where the bytes that came stand in exchangeProgram(), in place of those that went out.
inline constexpr std::size_t exchangeProgramBytes = 0x3C;

/// A program for an RP2040's RAM that sends \a command and \a count - 1 zeros to the flash over SPI, in one
/// transfer, and keeps what comes. It needs the SPI as the ROM's EXIT_XIP leaves it: a byte out, a byte in.
/// The ROM has no command and no function that reads an id. Thumb code that runs wherever it is loaded, at a
/// multiple of four.
std::vector<std::byte> exchangeProgram(std::uint8_t command, std::uint32_t count);

} // namespace framegate::boot
