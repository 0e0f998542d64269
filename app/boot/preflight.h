// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstdint>
#include <span>

namespace framegate::boot {

/// CRC-32 as the RP2040's boot ROM takes it: polynomial 0x04C11DB7, from 0xFFFFFFFF, not reflected and not
/// inverted (bootrom-rp2040 bootrom/bootrom_main.c).
std::uint32_t bootCrc(std::span<const std::byte> bytes);

/// Would the boot ROM start this image? To be asked before a board is touched. In flash, an RP2040 wants a
/// first page whose last word is bootCrc() of the rest, an RP2350 an image definition; an image that does not
/// begin where the flash does is refused. In RAM, an RP2350 wants an image definition.
/// Errors: InvalidInput `FIRMWARE_NOT_BOOTABLE`, `FIRMWARE_BOOT_CRC` with expected and found, those of
/// findImageDefinition(), `FIRMWARE_CHIP` where the definition is for the other chip or not for ARM.
Result<> checkBootable(const FirmwareImage& image);

/// Address of the page of a flash image without which the boot ROM does not start it: the boot stage on an
/// RP2040, the first image definition on an RP2350. To be written last. The image must have passed
/// checkBootable().
std::uint32_t keyPage(const FirmwareImage& image);

} // namespace framegate::boot
