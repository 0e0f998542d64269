// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace framegate::simulation {

using Octets = std::vector<std::uint8_t>;

inline constexpr std::uint8_t usbDirectionIn = 0x80;

/// The set-up packet of a control transfer (USB 2.0, 9.3).
struct UsbSetup {
    std::uint8_t type = 0;
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
    std::uint16_t length = 0;
    bool in() const { return (type & usbDirectionIn) != 0; }
    static UsbSetup of(const std::array<std::uint8_t, 8>& bytes);
};

/// One transfer as a host controller gets it.
struct UsbUrb {
    std::uint32_t id = 0;
    std::uint8_t endpoint = 0; ///< address, bit 7: IN; 0 is the control pipe
    UsbSetup setup;            ///< of a control transfer
    Octets out;
    std::size_t room = 0;            ///< most that may come in
    bool endsWithZeroPacket = false; ///< a full last packet is followed by an empty one
};

/// How a transfer ended.
enum class UsbEndStatus : std::int8_t { Ok, Stall, Overflow, Gone };

struct UsbUrbEnd {
    std::uint32_t id = 0;
    UsbEndStatus status = UsbEndStatus::Ok;
    std::size_t moved = 0;
    Octets in;
};

/// All that a device tells of itself (USB 2.0, 9.6; Microsoft OS 2.0 descriptors).
struct UsbDescriptors {
    Octets device;
    Octets configuration; ///< with its interfaces and endpoints
    Octets store;         ///< the Binary device Object Store; empty: none
    Octets microsoft;     ///< the Microsoft OS 2.0 descriptor set; empty: none
    std::uint8_t microsoftRequest = 0;
    std::vector<std::string> strings; ///< from index 1 on
};

/// A string descriptor: UTF-16, for which ASCII is given.
Octets stringDescriptor(const std::string& text);

} // namespace framegate::simulation
