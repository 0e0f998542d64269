// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstddef>
#include <span>
#include <string>

namespace framegate::boot {

/// Whether the bytes begin as an ELF file does.
bool looksLikeElf(std::span<const std::byte> bytes);

/// Reads the program headers of a 32-bit little-endian ARM executable (System V ABI, "Program Loading"): what
/// PT_LOAD has in the file, at its physical address. It is a RAM image when its entry is in RAM. The chip is
/// told by content: an image definition names it; without one it is an RP2040's.
/// Takes memory for the contents, which are bounded by the chip's. \a name is for messages.
/// Errors, all InvalidInput with an offset: `ELF_HEADER` (not such a file), `ELF_SEGMENT` (a program header
/// that points outside the file, or is impossible), `ELF_ENTRY` (where the chip would not start it), and
/// those of joinPieces().
Result<FirmwareImage> readElf(std::span<const std::byte> bytes, const std::string& name);

} // namespace framegate::boot
