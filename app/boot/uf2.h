// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace framegate::boot {

/// Whether the bytes begin as a UF2 file does.
bool looksLikeUf2(std::span<const std::byte> bytes);

/// Reads a UF2 file (microsoft/uf2 README.md): an image for every family that is firmware of a known chip, in
/// the order in which the families first come. Blocks "not for main flash", and the block that guards against
/// RP2350-E10, are checked and left out; so are families of other chips. Gaps between addresses are allowed.
/// Within a family every block number 0…N-1 must be there once, in any order, and all must agree on N.
/// Takes memory for what the file holds and an index of its blocks. \a name is for messages.
/// Errors, all InvalidInput with the offset of the block: `UF2_SIZE` (not whole blocks), `UF2_MAGIC`,
/// `UF2_FLAGS` (no family, or a file container), `UF2_PAYLOAD` (an impossible size), `UF2_COUNT` (the blocks'
/// number is not what they say), `UF2_DUPLICATE`, `UF2_FAMILY` (nothing for a known chip), and those of
/// joinPieces().
Result<std::vector<FirmwareImage>> readUf2(std::span<const std::byte> bytes, const std::string& name);

} // namespace framegate::boot
