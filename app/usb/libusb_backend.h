// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "usb/usb_backend.h"

#include <memory>

namespace framegate {

/// The machine's USB devices through libusb, with one event thread for all transfers. Transports made by it
/// keep it alive. Deadlines are on a SteadyClock. Errors: Usb `USB_OPEN` when libusb cannot start.
Result<std::unique_ptr<UsbBackend>> openLibusbBackend();

} // namespace framegate
