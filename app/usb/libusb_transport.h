// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/interface_match.h"
#include "usb/libusb_context.h"
#include "usb/usb_backend.h"

#include <cstdint>
#include <memory>
#include <string>

struct libusb_device_handle;

namespace framegate {

/// An open device's handle, closed with its owner.
struct LibusbHandleCloser {
    void operator()(libusb_device_handle* handle) const;
};
using LibusbHandle = std::unique_ptr<libusb_device_handle, LibusbHandleCloser>;

/// One claimed interface. Each call submits one transfer and returns once libusb has given it back, even when
/// it was cancelled. Bytes that a receive had got before its deadline or stop are lost, and so is the place
/// in the stream: reset the board's link afterwards.
class LibusbTransport : public UsbTransport {
public:
    /// Takes over \a handle, whose interface is claimed. \a name is for messages.
    LibusbTransport(std::shared_ptr<LibusbContext> context, LibusbHandle handle, InterfacePipes pipes,
                    std::string name);
    /// Gives the interface back, to the kernel's driver if it had one.
    ~LibusbTransport() override;
    LibusbTransport(const LibusbTransport&) = delete;
    LibusbTransport& operator=(const LibusbTransport&) = delete;

    Clock& clock() override { return clock_; }
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override;
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override;
    std::unique_ptr<UsbReader> reader(std::size_t room) override;
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override;
    /// The kernel does this by itself and can be asked neither to hurry nor to stop; its own limit is 5 s.
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override;

private:
    std::shared_ptr<LibusbContext> context_; ///< outlives the handle
    LibusbHandle handle_;
    InterfacePipes pipes_;
    std::string name_;
    SteadyClock clock_;
};

} // namespace framegate
