// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_transport.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <fmt/format.h>
#include <mutex>
#include <vector>

namespace framegate {
namespace {

/// One transfer from submission to its callback.
class PendingTransfer {
public:
    PendingTransfer() : transfer_(libusb_alloc_transfer(0)) {}
    PendingTransfer(const PendingTransfer&) = delete;
    PendingTransfer& operator=(const PendingTransfer&) = delete;
    ~PendingTransfer() { libusb_free_transfer(transfer_); }

    libusb_transfer& raw() { return *transfer_; }
    static void LIBUSB_CALL finished(libusb_transfer* transfer) {
        auto& self = *static_cast<PendingTransfer*>(transfer->user_data);
        const std::lock_guard lock(self.mutex_);
        self.done_ = true;
        self.wake_.notify_all();
    }

    /// Submits and waits for the callback; at the deadline or a stop the transfer is cancelled first. What
    /// completed in spite of that counts as completed. Says how many bytes moved.
    Result<std::size_t> run(const Clock& clock, Deadline deadline, const std::stop_token& stop,
                            const std::string& doing) {
        if (stop.stop_requested()) return failure(ErrorKind::Cancelled, "CANCELLED", doing + ": stopped");
        if (const int status = libusb_submit_transfer(transfer_); status != 0)
            return libusbFailure(status, doing);
        std::unique_lock lock(mutex_);
        const bool inTime = wake_.wait_for(lock, stop, deadline.left(clock), [this] { return done_; });
        if (!inTime) {
            lock.unlock();
            libusb_cancel_transfer(transfer_);
            lock.lock();
            wake_.wait(lock, [this] { return done_; });
        }
        if (transfer_->status == LIBUSB_TRANSFER_COMPLETED)
            return static_cast<std::size_t>(transfer_->actual_length);
        if (transfer_->status != LIBUSB_TRANSFER_CANCELLED) return transferFailure(transfer_->status, doing);
        if (stop.stop_requested()) return failure(ErrorKind::Cancelled, "CANCELLED", doing + ": stopped");
        return transferFailure(LIBUSB_TRANSFER_TIMED_OUT, doing);
    }

private:
    libusb_transfer* transfer_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool done_ = false;
};

unsigned char* writable(std::span<const std::byte> bytes) {
    // libusb takes one pointer type for both directions and only reads from an OUT buffer.
    return const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
}

constexpr std::uint8_t recipientMask = 0x1F;
constexpr std::uint8_t recipientInterface = 0x01;

} // namespace

LibusbTransport::LibusbTransport(std::shared_ptr<LibusbContext> context, libusb_device_handle* handle,
                                 ClaimedInterface claimed, std::string name)
    : context_(std::move(context)), handle_(handle), claimed_(claimed), name_(std::move(name)) {}

LibusbTransport::~LibusbTransport() {
    libusb_release_interface(handle_, claimed_.number);
    libusb_close(handle_);
}

Result<> LibusbTransport::send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) {
    const auto doing = fmt::format("sending {} bytes to {}", bytes.size(), name_);
    PendingTransfer pending;
    libusb_fill_bulk_transfer(&pending.raw(), handle_, claimed_.bulkOut, writable(bytes),
                              static_cast<int>(bytes.size()), PendingTransfer::finished, &pending, 0);
    pending.raw().flags = LIBUSB_TRANSFER_ADD_ZERO_PACKET; // every frame ends its transfer
    const auto moved = pending.run(clock_, deadline, stop, doing);
    if (!moved) return passOn(moved);
    if (*moved != bytes.size())
        return failure(ErrorKind::Usb, "USB_TRANSFER", fmt::format("{}: only {} went out", doing, *moved));
    return {};
}

Result<std::size_t> LibusbTransport::receive(std::span<std::byte> buffer, Deadline deadline,
                                             std::stop_token stop) {
    PendingTransfer pending;
    libusb_fill_bulk_transfer(&pending.raw(), handle_, claimed_.bulkIn, writable(buffer),
                              static_cast<int>(buffer.size()), PendingTransfer::finished, &pending, 0);
    return pending.run(clock_, deadline, stop, fmt::format("receiving from {}", name_));
}

Result<std::size_t> LibusbTransport::control(UsbControlRequest request, std::span<std::byte> bytes,
                                             Deadline deadline, std::stop_token stop) {
    if ((request.requestType & recipientMask) == recipientInterface)
        request.index = static_cast<std::uint16_t>((request.index & 0xFF00) | claimed_.number);
    std::vector<unsigned char> packet(LIBUSB_CONTROL_SETUP_SIZE + bytes.size());
    libusb_fill_control_setup(packet.data(), request.requestType, request.request, request.value,
                              request.index, static_cast<std::uint16_t>(bytes.size()));
    if (!bytes.empty()) std::memcpy(packet.data() + LIBUSB_CONTROL_SETUP_SIZE, bytes.data(), bytes.size());
    PendingTransfer pending;
    libusb_fill_control_transfer(&pending.raw(), handle_, packet.data(), PendingTransfer::finished, &pending,
                                 0);
    auto moved = pending.run(clock_, deadline, stop,
                             fmt::format("control request 0x{:02x} to {}", request.request, name_));
    const bool toHost = (request.requestType & LIBUSB_ENDPOINT_IN) != 0;
    if (moved && toHost && *moved > 0)
        std::memcpy(bytes.data(), packet.data() + LIBUSB_CONTROL_SETUP_SIZE, std::min(*moved, bytes.size()));
    return moved;
}

Result<> LibusbTransport::clearHalt(UsbPipe pipe, Deadline, std::stop_token) {
    const auto endpoint = pipe == UsbPipe::BulkIn ? claimed_.bulkIn : claimed_.bulkOut;
    if (const int status = libusb_clear_halt(handle_, endpoint); status != 0)
        return libusbFailure(status, fmt::format("clearing a halt of {}", name_));
    return {};
}

} // namespace framegate
