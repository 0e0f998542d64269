// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace framegate::test {

/// "1-3": port 3 of the root hub of bus 1, which is that of the virtual host controller.
std::string portOf(int port);

/// "1209:0001".
std::string idText(std::uint16_t vendor, std::uint16_t product);

/// What the kernel has read off the device in a port; empty while nothing is there.
std::string usbIdAt(const std::string& port);

/// Waits until the kernel has a device with that id there (empty: none), and udev is done with it. Says
/// whether it came to that within two minutes; it takes half a second.
bool awaitUsbId(const std::string& port, const std::string& id);

/// What the kernel has numbered the device in a port.
struct UsbNumbers {
    int bus;
    int device;
};
UsbNumbers usbNumbersAt(const std::string& port);
/// Its file, such as /dev/bus/usb/001/007.
std::string usbFileAt(const std::string& port);

} // namespace framegate::test
