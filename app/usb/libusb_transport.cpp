// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_transport.h"

#include "usb/libusb_status.h"
#include "usb/libusb_transfer.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <libusb.h>
#include <vector>

namespace framegate {
namespace {

constexpr std::uint8_t recipientMask = 0x1F; // of bmRequestType: USB 2.0, table 9-2
constexpr std::size_t controlLimit = 4096;   // the kernel's, for one control transfer through usbfs

bool isToHost(const UsbControlRequest& request) {
    return (request.requestType & LIBUSB_ENDPOINT_IN) != 0;
}

/// The set-up packet and the data, as libusb wants them.
std::vector<unsigned char> packetOf(UsbControlRequest request, std::uint8_t interface,
                                    std::span<const std::byte> bytes) {
    // A class request may hold an entity in the upper byte (USB Audio, USB Video); that stays.
    if ((request.requestType & recipientMask) == LIBUSB_RECIPIENT_INTERFACE)
        request.index = static_cast<std::uint16_t>((request.index & 0xFF00) | interface);
    std::vector<unsigned char> packet(LIBUSB_CONTROL_SETUP_SIZE + bytes.size());
    libusb_fill_control_setup(packet.data(), request.requestType, request.request, request.value,
                              request.index, static_cast<std::uint16_t>(bytes.size()));
    if (!bytes.empty() && !isToHost(request))
        std::memcpy(packet.data() + LIBUSB_CONTROL_SETUP_SIZE, bytes.data(), bytes.size());
    return packet;
}

Failure noPipe(const std::string& doing) {
    return failure(ErrorKind::Usb, "USB_STALL", doing + ": the interface has no bulk pipes");
}

} // namespace

void LibusbHandleCloser::operator()(libusb_device_handle* handle) const {
    libusb_close(handle);
}

LibusbTransport::LibusbTransport(std::shared_ptr<LibusbContext> context, LibusbHandle handle,
                                 InterfacePipes pipes, std::string name)
    : context_(std::move(context)), handle_(std::move(handle)), pipes_(pipes), name_(std::move(name)) {}

LibusbTransport::~LibusbTransport() {
    libusb_release_interface(handle_.get(), pipes_.number);
}

/// What would be over before it began is not begun: nothing is left half done on the wire.
Result<> LibusbTransport::mayBegin(Deadline deadline, const std::stop_token& stop,
                                   const std::string& doing) const {
    if (stop.stop_requested())
        return failure(ErrorKind::Cancelled, "CANCELLED", doing + ": stopped before it began");
    if (deadline.passed(clock_))
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", doing + ": the deadline passed before it began");
    return {};
}

Result<> LibusbTransport::send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) {
    const auto doing = fmt::format("sending {} bytes to {}", bytes.size(), name_);
    if (pipes_.bulkOut == 0) return noPipe(doing);
    if (auto may = mayBegin(deadline, stop, doing); !may) return may;
    LibusbTransfer transfer;
    transfer.prepareBulkOut(handle_.get(), pipes_.bulkOut, bytes);
    if (auto submitted = transfer.submit(doing); !submitted) return submitted;
    const auto moved = transfer.wait(clock_, deadline, stop, doing);
    if (!moved) return passOn(moved);
    if (*moved != bytes.size())
        return failure(ErrorKind::Usb, "USB_TRANSFER", fmt::format("{}: only {} went out", doing, *moved));
    return {};
}

Result<std::size_t> LibusbTransport::receive(std::span<std::byte> buffer, Deadline deadline,
                                             std::stop_token stop) {
    const auto doing = fmt::format("receiving up to {} bytes from {}", buffer.size(), name_);
    if (pipes_.bulkIn == 0) return noPipe(doing);
    if (auto may = mayBegin(deadline, stop, doing); !may) return passOn(may);
    LibusbTransfer transfer;
    transfer.prepareBulkIn(handle_.get(), pipes_.bulkIn, buffer);
    if (auto submitted = transfer.submit(doing); !submitted) return passOn(submitted);
    return transfer.wait(clock_, deadline, stop, doing);
}

Result<std::size_t> LibusbTransport::control(UsbControlRequest request, std::span<std::byte> bytes,
                                             Deadline deadline, std::stop_token stop) {
    const auto doing =
        fmt::format("control request {:02x} {:02x} to {}", request.requestType, request.request, name_);
    if (bytes.size() > controlLimit)
        return failure(ErrorKind::Usb, "USB_TRANSFER",
                       fmt::format("{}: {} bytes, at most {} go", doing, bytes.size(), controlLimit));
    if (auto may = mayBegin(deadline, stop, doing); !may) return passOn(may);
    auto packet = packetOf(request, pipes_.number, bytes);
    LibusbTransfer transfer;
    transfer.prepareControl(handle_.get(), packet);
    if (auto submitted = transfer.submit(doing); !submitted) return passOn(submitted);
    const auto moved = transfer.wait(clock_, deadline, stop, doing);
    if (!moved) return passOn(moved);
    const auto got = std::min(*moved, bytes.size());
    if (isToHost(request) && got > 0)
        std::memcpy(bytes.data(), packet.data() + LIBUSB_CONTROL_SETUP_SIZE, got);
    return got;
}

Result<> LibusbTransport::clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) {
    const bool in = pipe == UsbPipe::BulkIn;
    const auto doing = fmt::format("clearing the halt of bulk {} of {}", in ? "IN" : "OUT", name_);
    if (pipes_.bulkIn == 0) return noPipe(doing);
    if (auto may = mayBegin(deadline, stop, doing); !may) return may;
    const int status = libusb_clear_halt(handle_.get(), in ? pipes_.bulkIn : pipes_.bulkOut);
    if (status != 0) return callFailure(status, doing);
    return {};
}

} // namespace framegate
