// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// Where on the bus tree a device is plugged in: bus number and the port numbers from the root hub down,
/// written as the Linux kernel does, "1-2.4.3". It stays the same when a device re-enumerates, which
/// neither its address nor, on an RP2040, its serial number does. A value.
class UsbPortPath {
public:
    UsbPortPath() = default;
    UsbPortPath(std::uint8_t bus, std::vector<std::uint8_t> ports) : bus_(bus), ports_(std::move(ports)) {}
    /// Errors: InvalidInput `USB_PORT_PATH` for anything but BUS-PORT[.PORT]… with at most seven ports.
    static Result<UsbPortPath> parse(std::string_view text);

    std::uint8_t bus() const { return bus_; }
    const std::vector<std::uint8_t>& ports() const { return ports_; }
    std::string text() const;
    auto operator<=>(const UsbPortPath&) const = default;

private:
    std::uint8_t bus_ = 0;
    std::vector<std::uint8_t> ports_;
};

} // namespace framegate
