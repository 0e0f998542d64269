// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/board_device.h"

#include <memory>
#include <string>
#include <vector>

namespace framegate::test {

/// The USB of the machine this runs on, with simulated devices plugged into its virtual host controller
/// (vhci_hcd): MockMachine's counterpart with a real kernel. What the kernel asks comes over a socket, as
/// USB/IP (Linux, Documentation/usb/usbip_protocol.rst). Needs root.
class KernelMachine {
public:
    KernelMachine();
    ~KernelMachine();
    KernelMachine(const KernelMachine&) = delete;
    KernelMachine& operator=(const KernelMachine&) = delete;

    /// Plugs a device into a port of the first root hub, 1 to 8, and waits until the kernel has let it in and
    /// udev has given its file an owner. Throws when it does not.
    void plugIn(int port, std::shared_ptr<BoardDevice> device);
    /// The device leaves in the middle of whatever it was doing. Waits until the kernel knows it.
    void unplug(int port);

private:
    class Cable;
    std::vector<std::unique_ptr<Cable>> cables_; ///< by port, from 0
};

} // namespace framegate::test
