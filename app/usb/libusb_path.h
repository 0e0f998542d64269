// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/usb_port_path.h"

#include <optional>

struct libusb_device;

namespace framegate {

/// Where a device is plugged in. None for a root hub, which is plugged in nowhere.
std::optional<UsbPortPath> pathOf(libusb_device* device);

} // namespace framegate
