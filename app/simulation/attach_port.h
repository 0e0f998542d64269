// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace framegate::simulation {

/// A port of this machine's own, to which a served device can be plugged without the network in between.
/// Used by one thread at a time.
class AttachPort {
public:
    virtual ~AttachPort() = default;
    /// Plugs in the device that answers at the other end of \a socket; the socket stays the caller's. False:
    /// the last one there has not been cleared away yet. Errors: Permission or Usb `USBIP_ATTACH`.
    virtual Result<bool> attach(int socket, std::uint32_t device) = 0;
};

/// The free ports for full-speed devices of the kernel's virtual host controllers (vhci_hcd), at most
/// \a wanted, by what its files in \a folder say. Errors: NotAvailable `USBIP_ATTACH` where the module is not
/// loaded or has too few ports left.
Result<std::vector<std::unique_ptr<AttachPort>>>
findVhciPorts(std::size_t wanted, const std::filesystem::path& folder = "/sys/devices/platform/vhci_hcd.0");

} // namespace framegate::simulation
