// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "usb/usb_backend.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace framegate {

/// An endpoint descriptor's fields that matter here (USB 2.0, 9.6.6).
struct EndpointDescription {
    std::uint8_t address = 0;    ///< bit 7: IN
    std::uint8_t attributes = 0; ///< bits 1:0: the kind of transfer, 2 is bulk
};

/// An interface descriptor in its first alternate setting (USB 2.0, 9.6.5).
struct InterfaceDescription {
    std::uint8_t number = 0;
    std::uint8_t interfaceClass = 0;
    std::uint8_t subclass = 0;
    std::uint8_t protocol = 0;
    std::vector<EndpointDescription> endpoints;
};

/// The interface to claim and its bulk pipes, by endpoint address.
struct InterfacePipes {
    std::uint8_t number = 0;
    std::uint8_t bulkIn = 0;
    std::uint8_t bulkOut = 0;
    bool emptyPackets = true; ///< as UsbInterfaceMatch wants it
};

/// The first bulk endpoint of each direction; none if one is missing.
std::optional<InterfacePipes> pipesOf(const InterfaceDescription& interface);

/// The first of \a interfaces that is what \a match asks for. \a device is for the message.
/// Errors: NotFound `USB_NO_INTERFACE`, which lists what is there.
Result<InterfacePipes> findInterface(std::span<const InterfaceDescription> interfaces,
                                     UsbInterfaceMatch match, const std::string& device);

} // namespace framegate
