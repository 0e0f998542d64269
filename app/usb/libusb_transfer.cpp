// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_transfer.h"

#include "usb/libusb_status.h"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <libusb.h>
#include <limits>
#include <new>

namespace framegate {
namespace {

constexpr unsigned noLimitOfItsOwn = 0;       ///< libusb's own time-out is not used: deadlines are ours
constexpr std::chrono::hours longestWait{24}; ///< keeps the sum with now in range

} // namespace

void LibusbTransfer::onEnd(libusb_transfer* transfer) {
    auto& self = *static_cast<LibusbTransfer*>(transfer->user_data);
    const std::lock_guard lock(self.mutex_); // held while waking: the waiter may destroy us next
    self.underWay_ = false;
    self.ended_.notify_all();
}

LibusbTransfer::LibusbTransfer() : transfer_(libusb_alloc_transfer(0)) {
    if (transfer_ == nullptr) throw std::bad_alloc();
}

LibusbTransfer::~LibusbTransfer() {
    cancelAndWait();
    libusb_free_transfer(transfer_);
}

void LibusbTransfer::prepareBulk(libusb_device_handle* handle, std::uint8_t endpoint, unsigned char* bytes,
                                 std::size_t size) {
    assert(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    libusb_fill_bulk_transfer(transfer_, handle, endpoint, bytes, static_cast<int>(size), onEnd, this,
                              noLimitOfItsOwn);
}

void LibusbTransfer::prepareBulkOut(libusb_device_handle* handle, std::uint8_t endpoint,
                                    std::span<const std::byte> bytes, bool emptyPacket) {
    // libusb has one pointer for both directions; it only reads from an OUT buffer.
    auto* readOnly = const_cast<std::byte*>(bytes.data());
    prepareBulk(handle, endpoint, reinterpret_cast<unsigned char*>(readOnly), bytes.size());
    // The kernel adds it only after a full last packet.
    if (emptyPacket) transfer_->flags = LIBUSB_TRANSFER_ADD_ZERO_PACKET;
}

void LibusbTransfer::prepareBulkIn(libusb_device_handle* handle, std::uint8_t endpoint,
                                   std::span<std::byte> buffer) {
    prepareBulk(handle, endpoint, reinterpret_cast<unsigned char*>(buffer.data()), buffer.size());
}

void LibusbTransfer::prepareControl(libusb_device_handle* handle, std::span<unsigned char> packet) {
    libusb_fill_control_transfer(transfer_, handle, packet.data(), onEnd, this, noLimitOfItsOwn);
}

Result<> LibusbTransfer::submit(const std::string& doing) {
    const std::unique_lock lock(mutex_);
    const int status = libusb_submit_transfer(transfer_);
    if (status != 0) return callFailure(status, doing);
    underWay_ = true;
    return {};
}

Result<std::size_t> LibusbTransfer::wait(const Clock& clock, Deadline deadline, const std::stop_token& stop,
                                         const std::string& doing) {
    const auto left = std::min<std::chrono::nanoseconds>(deadline.left(clock), longestWait);
    std::unique_lock lock(mutex_);
    const bool endedByItself = ended_.wait_for(lock, stop, left, [this] { return !underWay_; });
    const bool stopped = stop.stop_requested();
    lock.unlock();
    if (!endedByItself) cancelAndWait();
    if (transfer_->status == LIBUSB_TRANSFER_COMPLETED)
        return static_cast<std::size_t>(transfer_->actual_length);
    if (transfer_->status == LIBUSB_TRANSFER_CANCELLED) return cancelled(stopped, doing);
    return transferFailure(transfer_->status, doing);
}

void LibusbTransfer::cancel() {
    std::unique_lock lock(mutex_);
    if (!underWay_) return;
    lock.unlock();
    // Refused if it has just ended, or the device is gone: the callback comes in any case.
    libusb_cancel_transfer(transfer_);
}

void LibusbTransfer::cancelAndWait() {
    cancel();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return !underWay_; });
}

Failure LibusbTransfer::cancelled(bool stopped, const std::string& doing) const {
    const auto how = fmt::format("{}: {} after {} bytes", doing, stopped ? "stopped" : "not done in time",
                                 transfer_->actual_length);
    return stopped ? failure(ErrorKind::Cancelled, "CANCELLED", how)
                   : failure(ErrorKind::Timeout, "USB_TIMEOUT", how);
}

} // namespace framegate
