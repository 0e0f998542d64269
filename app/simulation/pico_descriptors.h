// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/pico_board.h"
#include "simulation/usb_device.h"

namespace framegate::simulation {

/// How a Pico with \a identity describes itself: its boot ROM as in their sources
/// (raspberrypi/pico-bootrom-rp2040 and -rp2350), the test firmware as firmware/pico does, other firmware
/// with the pico-sdk's ids and its reset interface alone.
UsbDescriptors descriptorsOf(const PicoIdentity& identity);

/// The number of the interface with PICOBOOT, of a board in BOOTSEL that has it; -1: it has none.
int picobootInterfaceOf(const PicoIdentity& identity);
/// Likewise of the drive.
int driveInterfaceOf(const PicoIdentity& identity);

} // namespace framegate::simulation
