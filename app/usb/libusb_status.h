// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>

namespace framegate {

/// What it means to the station that libusb refused a call while a device was being opened. \a status is one
/// of libusb's LIBUSB_ERROR_… numbers, \a doing says what was being done to what.
/// Gives NotFound `USB_NO_DEVICE`, Permission `USB_PERMISSION`, Usb `USB_BUSY`, `USB_DRIVER` or `USB_OPEN`.
Failure openFailure(int status, const std::string& doing);

/// The same while an open device was being used: Disconnected `USB_DISCONNECTED`, Timeout `USB_TIMEOUT`, Usb
/// `USB_STALL`, `USB_OVERFLOW` or `USB_TRANSFER`.
Failure callFailure(int status, const std::string& doing);

/// The same for how a transfer ended, one of libusb's LIBUSB_TRANSFER_… numbers. Not to be asked of one that
/// completed or was cancelled.
Failure transferFailure(int status, const std::string& doing);

} // namespace framegate
