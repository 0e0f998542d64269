// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flashing/board_flashing.h"

namespace framegate {

/// The test firmware that comes with the program: an image for each chip that it is there for. It is looked
/// for in the folder FRAMEGATE_FIRMWARE names, where set, else in build/ of the working folder, beside the
/// program's build tree and in share/framegate/firmware beside the installed program; the first of them that
/// has any: `firmware-pico/framegate-fw.uf2` (RP2040) and `firmware-pico2/…` (RP2350), for RAM
/// `framegate-fw-ram.uf2`. Errors: NotFound `FIRMWARE_NOT_SHIPPED` with the places looked at; those of
/// readFlashOrder().
Result<FlashOrder> shippedFirmware(boot::ImageKind kind);

} // namespace framegate
