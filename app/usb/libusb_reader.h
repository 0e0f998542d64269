// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/libusb_transfer.h"
#include "usb/usb_backend.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct libusb_device_handle;

namespace framegate {

/// Up to four transfers queued on one bulk IN pipe, each with a buffer of its own. They end in the order in
/// which they were queued, so a short packet ends just the one that it belongs to. Destruction cancels what
/// is under way, the youngest first, and waits for every callback.
class LibusbReader : public UsbReader {
public:
    /// \a clock and \a handle must outlive it. \a name is for messages.
    LibusbReader(const Clock& clock, libusb_device_handle* handle, std::uint8_t endpoint, std::size_t room,
                 std::string name);
    ~LibusbReader() override;
    LibusbReader(const LibusbReader&) = delete;
    LibusbReader& operator=(const LibusbReader&) = delete;

    Result<std::span<const std::byte>> next(std::size_t toCome, Deadline deadline,
                                            std::stop_token stop) override;

private:
    struct Queued {
        explicit Queued(std::size_t room) : buffer(room) {}
        std::vector<std::byte> buffer; ///< outlives the transfer
        LibusbTransfer transfer;
    };

    Result<> fill(std::size_t toCome);
    Result<> queueOne();
    Failure end(Error error);

    const Clock& clock_;
    libusb_device_handle* handle_;
    const std::uint8_t endpoint_;
    const std::size_t room_;
    const std::string doing_;
    std::deque<std::unique_ptr<Queued>> underWay_; ///< oldest first
    std::unique_ptr<Queued> taken_;                ///< whose bytes the caller has
    std::optional<Error> ended_;
};

} // namespace framegate
