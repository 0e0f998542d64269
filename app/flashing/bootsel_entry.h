// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/fixture_board.h"
#include "usb/usb_backend.h"

#include <chrono>
#include <stop_token>

namespace framegate {

/// How long test firmware may take to greet, or to answer a request to reboot.
inline constexpr std::chrono::seconds greetLimit{2};

/// Does the device run the test firmware?
bool runsTestFirmware(const UsbDevice& device);
/// What is at \a port now. Errors: `USB_LIST`.
Result<std::optional<UsbDevice>> deviceAt(UsbBackend& usb, const UsbPortPath& port);

/// Brings the Pico at \a port into its boot ROM, whatever it runs, and waits for it there: that it arrives at
/// the same port is what counts, since a board that goes does not answer. In this order, as far as the board
/// has it:
/// 1. the test firmware's own request, where it greets;
/// 2. the reset interface of the pico-sdk, which also firmware of another protocol or with a stuck main loop
///    may serve, as it is asked on the control pipe;
/// 3. a serial port opened at 1200 baud.
/// A board that is in BOOTSEL already is left alone, and an empty port to whoever opens it next.
/// Errors: Timeout `BOOTSEL_NOT_REACHED`; NotAvailable `BOOTSEL_NO_WAY` where its firmware has none of the
/// three; Cancelled; `USB_LIST`; those of UsbBackend::open() but for an interface that is not there.
Result<> bringToBootsel(UsbBackend& usb, const UsbPortPath& port, const std::stop_token& stop);

/// The same of a board that is open and has been greeted.
Result<> sendToBootsel(FixtureBoard& board, UsbBackend& usb, const UsbPortPath& port,
                       const std::stop_token& stop);

} // namespace framegate
