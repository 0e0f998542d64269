// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/usb_port_path.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// An attached USB device, as enumeration shows it.
struct UsbDevice {
    UsbPortPath port;
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    std::string serial;      ///< empty when there is none or it may not be read
    std::string productName; ///< likewise
};

/// Which interface of a device to open: the first with this class, subclass and protocol and, unless it is
/// wanted for its control requests alone, a bulk endpoint each way. Never found by number.
struct UsbInterfaceMatch {
    std::uint8_t interfaceClass = 0xFF;
    std::uint8_t subclass = 0;
    std::uint8_t protocol = 0;
    bool needsPipes = true; ///< false: send() and receive() fail with `USB_STALL`
};

/// The set-up packet of a control transfer (USB 2.0, 9.3) to the opened interface. Bit 7 of
/// `requestType` gives the direction; where the recipient is the interface, `index` is filled in.
struct UsbControlRequest {
    std::uint8_t requestType = 0;
    std::uint8_t request = 0;
    std::uint16_t value = 0;
    std::uint16_t index = 0;
};

enum class UsbPipe : std::uint8_t { BulkIn, BulkOut };

/// One open USB interface with a bulk pipe each way.
/// Thread-bound: only the stop request may come from another thread. Closing it, by destruction, waits
/// for whatever is still under way.
/// Errors of every transfer: Timeout `USB_TIMEOUT` at the deadline, Cancelled `CANCELLED` on a stop
/// request, Disconnected `USB_DISCONNECTED` once the board is gone, Usb `USB_STALL`, `USB_OVERFLOW`
/// or `USB_TRANSFER`.
class UsbTransport {
public:
    virtual ~UsbTransport() = default;
    /// The clock that this transport's deadlines are on: the bench's, real or simulated.
    virtual Clock& clock() = 0;
    /// Sends the whole of \a bytes.
    virtual Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) = 0;
    /// Receives until \a buffer is full or a short packet ends the transfer; says how many bytes came.
    /// The buffer's size is a multiple of 64.
    virtual Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                        std::stop_token stop) = 0;
    /// A control transfer; \a bytes is sent or filled by the request's direction. Says how many bytes moved.
    virtual Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes,
                                        Deadline deadline, std::stop_token stop) = 0;
    /// Clears a stalled pipe.
    virtual Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) = 0;
};

/// The machine's USB devices. Thread-safe.
class UsbBackend {
public:
    virtual ~UsbBackend() = default;
    /// What is attached now, in order of port path.
    /// Errors: Usb `USB_LIST`.
    virtual Result<std::vector<UsbDevice>> devices() = 0;
    /// Opens the device at \a port and claims the interface. Errors: NotFound `USB_NO_DEVICE`,
    /// NotFound `USB_NO_INTERFACE`, Permission `USB_PERMISSION` with advice, Usb `USB_BUSY` while another
    /// program has it, `USB_LIST`, `USB_OPEN`.
    virtual Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) = 0;
    /// Brings back the board at \a port, whatever state it is in: sends \a request, which asks its firmware
    /// to start anew, and waits until the board has left the bus and come back. One that hears nothing any
    /// more is left to its watchdog, one that is gone already is waited for. Nobody may have it open. Errors:
    /// NotFound `USB_NO_DEVICE` when it is not there after \a limit, Usb `USB_NO_RESTART` when it never left,
    /// Cancelled, `USB_LIST`.
    virtual Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                             std::chrono::nanoseconds limit, std::stop_token stop) = 0;
};

} // namespace framegate
