// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_path.h"

#include <array>
#include <libusb.h>

namespace framegate {

std::optional<UsbPortPath> pathOf(libusb_device* device) {
    std::array<std::uint8_t, 7> ports{};
    const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
    if (count <= 0) return std::nullopt;
    return UsbPortPath(libusb_get_bus_number(device), {ports.begin(), ports.begin() + count});
}

} // namespace framegate
