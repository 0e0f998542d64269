// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstdint>

namespace framegate::boot {

/// What the first image definition of a block loop says (RP2350 datasheet 5.9; SDK boot/picobin.h).
struct ImageDefinition {
    std::uint32_t address = 0; ///< of the first block of the loop
    Chip chip = Chip::Rp2350;
    bool arm = true;    ///< else RISC-V
    bool secure = true; ///< else for the non-secure state, or unspecified
};

/// Bytes from the start of an image within which the boot ROM looks for the first block.
inline constexpr std::uint32_t definitionWithin = 4096;

/// Finds the first well-formed block in the first 4 KiB and follows its loop, which must come back to it
/// and hold the definition of a program. Hashes and signatures are not checked.
/// Errors: InvalidInput `IMAGE_DEF_MISSING` or `IMAGE_DEF_LOOP`, with address, expected and found.
Result<ImageDefinition> findImageDefinition(const FirmwareImage& image);

} // namespace framegate::boot
