// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "board_device.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace framegate::test {

/// The USB of a machine that is not there: one bus whose root hub has a hub in port 2. umockdev shows its
/// devices to libusb in /sys and /dev, and hands over every ioctl of usbfs; here they become requests to
/// simulated devices. Lives in the same process as libusb; started through umockdev-wrapper. One at a time,
/// and before libusb is started.
class MockMachine {
public:
    MockMachine();
    ~MockMachine();
    MockMachine(const MockMachine&) = delete;
    MockMachine& operator=(const MockMachine&) = delete;

    /// Plugs a device in at a path such as "1-2.4".
    void plugIn(const std::string& port, std::shared_ptr<BoardDevice> device);
    /// A device that is listed but that this program cannot open.
    void plugInForeign(const std::string& port, const DeviceIdentity& identity);
    /// The device leaves: what is under way ends, and udev says so.
    void unplug(const std::string& port);
    /// Another program has claimed the device's interface.
    void occupy(const std::string& port);
    /// A driver of the kernel has the device's interface and cannot be detached.
    void bindDriver(const std::string& port, const std::string& driver);
    /// Nobody but root may open the device's file from now on.
    void closeNode(const std::string& port);
    /// Interfaces of the device that are claimed now.
    unsigned claims(const std::string& port) const;

private:
    class Kernel;
    struct Plug;
    Plug& add(const std::string& port, const Octets& descriptors);
    Plug& plugAt(const std::string& port) const;
    std::filesystem::path root() const;

    std::unique_ptr<Kernel> kernel_;
};

} // namespace framegate::test
