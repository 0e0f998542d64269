// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>

struct libusb_device_handle;
struct libusb_transfer;

namespace framegate {

/// One transfer of libusb, from its submission to its callback. Submitting and waiting are apart, so that
/// several may be under way on one pipe.
/// May be prepared and submitted again once it has ended.
/// The buffer belongs to the caller and must stay until the transfer has ended: destruction cancels and waits
/// for libusb's callback, because until then the kernel may write into the buffer. Thread-bound, but for the
/// callback, which comes on the event thread.
class LibusbTransfer {
public:
    LibusbTransfer();
    ~LibusbTransfer();
    LibusbTransfer(const LibusbTransfer&) = delete;
    LibusbTransfer& operator=(const LibusbTransfer&) = delete;

    /// \a emptyPacket: whole packets are followed by an empty one.
    void prepareBulkOut(libusb_device_handle* handle, std::uint8_t endpoint, std::span<const std::byte> bytes,
                        bool emptyPacket);
    void prepareBulkIn(libusb_device_handle* handle, std::uint8_t endpoint, std::span<std::byte> buffer);
    /// \a packet is the set-up packet (8 bytes) and room for the data.
    void prepareControl(libusb_device_handle* handle, std::span<unsigned char> packet);

    /// Hands the transfer to the kernel. Errors: those of callFailure().
    Result<> submit(const std::string& doing);
    /// Waits for the callback and says how many bytes moved. At the deadline or on a stop request the
    /// transfer is cancelled, and its callback waited for; if it had completed by then, that counts. Errors:
    /// Timeout `USB_TIMEOUT`, Cancelled `CANCELLED`, those of transferFailure().
    Result<std::size_t> wait(const Clock& clock, Deadline deadline, const std::stop_token& stop,
                             const std::string& doing);

    /// Asks the kernel to give the transfer back, and does not wait for it.
    void cancel();

private:
    /// libusb's callback, on the event thread.
    static void onEnd(libusb_transfer* transfer);
    void prepareBulk(libusb_device_handle* handle, std::uint8_t endpoint, unsigned char* bytes,
                     std::size_t size);
    void cancelAndWait();
    Failure cancelled(bool stopped, const std::string& doing) const;

    libusb_transfer* transfer_;
    std::mutex mutex_;
    std::condition_variable_any ended_;
    bool underWay_ = false; ///< submitted and not yet called back; guarded by mutex_
};

} // namespace framegate
