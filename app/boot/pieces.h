// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace framegate::boot {

/// Bytes of a file that belong at an address: a UF2 block's payload, an ELF program header's contents.
struct Piece {
    std::uint32_t address = 0;
    std::span<const std::byte> bytes; ///< of the file, which must stay
    std::size_t fileOffset = 0;       ///< of the block or header, for messages
};

/// An error about a place in a file: "blink.uf2: offset 0x200: …".
Failure refusedAt(const std::string& name, std::size_t fileOffset, std::string code,
                  const std::string& reason);

/// Sorts the pieces, joins those that touch and copies their bytes. Nothing is copied before all is known to
/// lie in \a chip's memory without an overlap, so what is copied is bounded by that memory.
/// Sets \a image's kind and segments. Errors: InvalidInput `FIRMWARE_EMPTY`, `FIRMWARE_ADDRESS` for a piece
/// that the chip has no memory for, `FIRMWARE_OVERLAP`, `FIRMWARE_MIXED` for flash and RAM in one image.
Result<> joinPieces(std::vector<Piece> pieces, FirmwareImage& image);

} // namespace framegate::boot
