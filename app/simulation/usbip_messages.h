// SPDX-License-Identifier: GPL-3.0-or-later
//
// USB/IP 1.1.1 as Linux speaks it (Documentation/usb/usbip_protocol.rst). All numbers are big endian.
#pragma once

#include "base/result.h"
#include "simulation/usb_device.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace framegate::simulation::usbip {

inline constexpr std::uint16_t version = 0x0111;
inline constexpr std::uint16_t defaultPort = 3240;
inline constexpr std::size_t requestBytes = 8; ///< of a device list, and of the first part of an import
inline constexpr std::size_t busIdBytes = 32;
inline constexpr std::size_t headerBytes = 48; ///< of a command and of its return
inline constexpr std::uint32_t speedFull = 2;
/// The largest transfer that is taken; a host sends at most 16 KiB at once unless somebody wants to do harm.
inline constexpr std::uint32_t transferLimit = 1U << 20;

enum class Operation : std::uint16_t { Import = 0x8003, DeviceList = 0x8005 };
enum class Command : std::uint32_t { Submit = 1, Unlink = 2, SubmitReturn = 3, UnlinkReturn = 4 };

/// What a served device is listed and imported as.
struct Listing {
    std::string busId;
    std::uint32_t bus = 1;
    std::uint32_t device = 1;
    UsbDescriptors descriptors;
};

/// A command after an import: a transfer, or one to be taken back.
struct Message {
    std::uint32_t sequence = 0;
    std::optional<UsbUrb> urb; ///< its id is `sequence`
    std::uint32_t unlink = 0;
};

/// Reads the first eight bytes of a connection. Errors: Protocol `USBIP_REQUEST`.
Result<Operation> readOperation(std::span<const std::uint8_t> bytes);
/// The bus id of an import: 32 bytes with a zero at the end. Errors: Protocol `USBIP_REQUEST`.
Result<std::string> readBusId(std::span<const std::uint8_t> bytes);
Octets listReply(std::span<const Listing> devices);
/// None: there is no such device, or somebody has it.
Octets importReply(const Listing* device);

/// How many bytes the first message of \a bytes has, at most transferLimit and a header; none: not enough are
/// there to say so. Errors: Protocol `USBIP_MESSAGE` for what no full-speed device can be asked.
Result<std::optional<std::size_t>> messageSize(std::span<const std::uint8_t> bytes);
/// Reads a whole message, as messageSize() found it.
Message readMessage(std::span<const std::uint8_t> bytes);

Octets submitReturn(const UsbUrbEnd& end);
/// \a taken: the transfer was pending, and has no return of its own.
Octets unlinkReturn(std::uint32_t sequence, bool taken);

} // namespace framegate::simulation::usbip
