// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/libusb_context.h"
#include "usb/usb_backend.h"

#include <cstdint>
#include <memory>
#include <string>

namespace framegate {

/// Where a device's matching interface is.
struct ClaimedInterface {
    std::uint8_t number = 0;
    std::uint8_t bulkIn = 0;  ///< endpoint address
    std::uint8_t bulkOut = 0; ///< endpoint address
};

/// One claimed interface. Each call submits one transfer and waits until libusb has given it back, even when
/// it was cancelled: the kernel must not write into a buffer that is gone.
class LibusbTransport : public UsbTransport {
public:
    /// Takes over \a handle, whose interface is claimed.
    LibusbTransport(std::shared_ptr<LibusbContext> context, libusb_device_handle* handle,
                    ClaimedInterface claimed, std::string name);
    ~LibusbTransport() override;
    LibusbTransport(const LibusbTransport&) = delete;
    LibusbTransport& operator=(const LibusbTransport&) = delete;

    Clock& clock() override { return clock_; }
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override;
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override;
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override;
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override;

private:
    std::shared_ptr<LibusbContext> context_;
    libusb_device_handle* handle_;
    ClaimedInterface claimed_;
    std::string name_; ///< for messages
    SteadyClock clock_;
};

} // namespace framegate
