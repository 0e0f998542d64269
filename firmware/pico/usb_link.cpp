// SPDX-License-Identifier: MIT
#include "pico/usb_link.h"

#include "protocol/usb_identity.h"

#include <device/usbd_pvt.h>
#include <tusb.h>

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint8_t port = 0;

} // namespace

std::array<UsbLink::Slot, 2> UsbLink::slots_;

UsbLink& UsbLink::only() {
    static UsbLink link;
    return link;
}

void UsbLink::begin() {
    tud_init(port);
}

void UsbLink::serve() {
    tud_task_ext(0, false);
}

std::optional<std::span<const std::uint8_t>> UsbLink::received() const {
    if (!waiting_) return std::nullopt;
    return std::span(incoming_).first(incomingBytes_);
}

void UsbLink::release() {
    waiting_ = false;
    arm();
}

bool UsbLink::takeReset() {
    const bool was = reset_;
    reset_ = false;
    return was;
}

bool UsbLink::takeRestart() {
    const bool was = restart_;
    restart_ = false;
    return was;
}

bool UsbLink::canSend(std::size_t) {
    return open_ && queued_ < slots_.size();
}

void UsbLink::send(std::span<const std::uint8_t> frame) {
    auto& slot = slots_[(first_ + queued_) % slots_.size()];
    std::copy(frame.begin(), frame.end(), slot.bytes.begin());
    slot.size = frame.size();
    ++queued_;
    if (!sending_) startNext();
}

void UsbLink::startNext() {
    auto& slot = slots_[first_];
    sending_ =
        usbd_edpt_xfer(port, wire::usbEndpointIn, slot.bytes.data(), static_cast<std::uint16_t>(slot.size));
    endWithEmpty_ = slot.size % wire::usbPacketBytes == 0;
}

void UsbLink::transferred(std::uint8_t endpoint, std::size_t bytes) {
    if (endpoint == wire::usbEndpointOut) return took(bytes);
    if (endWithEmpty_) {
        endWithEmpty_ = false;
        usbd_edpt_xfer(port, wire::usbEndpointIn, nullptr, 0);
        return;
    }
    sending_ = false;
    first_ = (first_ + 1) % slots_.size();
    if (--queued_ > 0) startNext();
}

void UsbLink::arm() {
    if (open_) usbd_edpt_xfer(port, wire::usbEndpointOut, incoming_.data(), incoming_.size());
}

void UsbLink::took(std::size_t bytes) {
    const bool more = bytes == incoming_.size(); // no short packet ended it: longer than any frame
    if (more) {
        tooLong_ = true;
        return arm();
    }
    incomingBytes_ = tooLong_ ? 0 : bytes;
    tooLong_ = false;
    waiting_ = true;
}

void UsbLink::forget() {
    waiting_ = false;
    tooLong_ = false;
    queued_ = 0;
    sending_ = false;
    endWithEmpty_ = false;
    reset_ = true;
}

void UsbLink::busReset() {
    forget();
    open_ = false;
}

std::uint16_t UsbLink::open(std::span<const std::uint8_t> descriptors) {
    const auto* interface = reinterpret_cast<const tusb_desc_interface_t*>(descriptors.data());
    constexpr std::size_t length = sizeof(tusb_desc_interface_t) + 2 * sizeof(tusb_desc_endpoint_t);
    const bool ours = interface->bInterfaceClass == wire::usbInterfaceClass &&
                      interface->bInterfaceSubClass == wire::usbInterfaceSubclass;
    if (!ours || descriptors.size() < length) return 0;
    std::uint8_t out = 0;
    std::uint8_t in = 0;
    if (!usbd_open_edpt_pair(port, tu_desc_next(interface), 2, TUSB_XFER_BULK, &out, &in)) return 0;
    open_ = true;
    arm();
    return length;
}

void UsbLink::restart(std::uint8_t endpoint) {
    usbd_edpt_stall(port, endpoint); // takes back what the hardware was given
    usbd_edpt_clear_stall(port, endpoint);
    if (endpoint == wire::usbEndpointOut) {
        tooLong_ = false;
        if (!waiting_) arm();
        return;
    }
    queued_ = 0;
    sending_ = false;
    endWithEmpty_ = false;
}

bool UsbLink::asked(std::uint8_t request) {
    restart_ = restart_ || request == wire::usbRequestRestart;
    if (request == wire::usbRequestRestart) return true;
    if (request != wire::usbRequestResetLink) return false;
    forget();
    usbd_edpt_stall(port, wire::usbEndpointIn); // until the host clears it, as it does next
    usbd_edpt_stall(port, wire::usbEndpointOut);
    return true;
}

} // namespace framegate::firmware
