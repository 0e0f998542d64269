// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace framegate {

/// The file through which Linux lets programs use a USB device.
struct DeviceNode {
    std::string path; ///< "/dev/bus/usb/001/007"
    bool exists = false;
    std::string group; ///< by name
    unsigned mode = 0; ///< permission bits
};

/// The file of the device with this bus number and address, as it is now.
DeviceNode deviceNode(std::uint8_t bus, std::uint8_t address);

/// What was found and what to do next, where the operating system refuses access to \a node.
std::string accessAdvice(const DeviceNode& node);

/// The name of the kernel's driver that has an interface, such as "cdc_acm"; empty if it has none. \a port is
/// the device's port path as the kernel writes it.
std::string kernelDriverOf(const std::string& port, std::uint8_t interface);

} // namespace framegate
