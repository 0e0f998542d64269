// SPDX-License-Identifier: MIT
//
// How the test firmware shows itself on USB: one vendor interface, a bulk endpoint each way. Every frame
// is one transfer: it ends with a short packet, or a zero-length one when its length is a multiple of 64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace framegate::wire {

/// pid.codes' vendor id and a product id of its range for private testing; a product gets its own.
inline constexpr std::uint16_t usbVendor = 0x1209;
inline constexpr std::uint16_t usbProduct = 0x0001;
/// Of Picos in BOOTSEL, and of most other firmware for them.
inline constexpr std::uint16_t usbVendorRaspberryPi = 0x2E8A;
inline constexpr std::uint8_t usbInterfaceClass = 0xFF;
inline constexpr std::uint8_t usbInterfaceSubclass = 0x46;
inline constexpr std::uint8_t usbInterfaceProtocol = 0x01;
inline constexpr std::uint8_t usbEndpointOut = 0x01;
inline constexpr std::uint8_t usbEndpointIn = 0x81;
inline constexpr std::size_t usbPacketBytes = 64;

/// Vendor request to the interface (bmRequestType 0x41, no data): give up the request at hand without an
/// answer and forget what has not been sent.
inline constexpr std::uint8_t usbRequestResetLink = 0x01;
/// Likewise: give up everything and start the firmware anew; the board leaves the bus and comes back.
inline constexpr std::uint8_t usbRequestRestart = 0x02;

/// The reset interface of the pico-sdk: no endpoints, two class requests (bmRequestType 0x21, no data).
inline constexpr std::uint8_t usbResetInterface = 1; ///< its number; the frames' interface has number 0
inline constexpr std::uint8_t usbResetClass = 0xFF;
inline constexpr std::uint8_t usbResetSubclass = 0x00;
inline constexpr std::uint8_t usbResetProtocol = 0x01;
/// Into BOOTSEL. wValue: bit 0 without the drive, bit 1 without PICOBOOT; bit 8: bits 9 to 15 name a GPIO for
/// the boot ROM's activity LED.
inline constexpr std::uint8_t usbResetToBootsel = 0x01;
/// What is in the flash, anew.
inline constexpr std::uint8_t usbResetToFlash = 0x02;

/// The vendor request (bmRequestType 0xC0, wIndex 7) that reads the Microsoft OS 2.0 descriptors.
inline constexpr std::uint8_t usbRequestMicrosoft = 0x20;

/// A board whose firmware does not come round for that long is started anew by its watchdog.
inline constexpr std::uint32_t watchdogMs = 2000;

} // namespace framegate::wire
