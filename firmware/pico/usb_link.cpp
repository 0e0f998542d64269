// SPDX-License-Identifier: MIT
#include "pico/usb_link.h"

#include "protocol/usb_identity.h"

#include <device/usbd_pvt.h>
#include <tusb.h>

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint8_t port = 0;
constexpr std::uint8_t vendorToInterface = 0x41;

} // namespace

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

/// Whatever the endpoint was doing ends; its data toggle starts anew, as the host's does.
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

bool UsbLink::control(std::uint8_t stage, std::uint8_t requestType, std::uint8_t request, std::uint16_t value,
                      std::uint16_t index) {
    if (stage != CONTROL_STAGE_SETUP) return true;
    constexpr std::uint8_t standardToEndpoint = 0x02;
    if (requestType == standardToEndpoint) {
        const bool cleared = request == TUSB_REQ_CLEAR_FEATURE && value == TUSB_REQ_FEATURE_EDPT_HALT;
        if (cleared) restart(static_cast<std::uint8_t>(index));
        return true;
    }
    if (requestType != vendorToInterface) return false;
    restart_ = restart_ || request == wire::usbRequestRestart;
    if (request == wire::usbRequestRestart) return true;
    if (request != wire::usbRequestResetLink) return false;
    forget();
    usbd_edpt_stall(port, wire::usbEndpointIn); // until the host clears it, as it does next
    usbd_edpt_stall(port, wire::usbEndpointOut);
    return true;
}

namespace {

void onInit() {}
bool onDeinit() {
    return true;
}
void onReset(std::uint8_t) {
    UsbLink::only().busReset();
}
std::uint16_t onOpen(std::uint8_t, const tusb_desc_interface_t* interface, std::uint16_t length) {
    return UsbLink::only().open({reinterpret_cast<const std::uint8_t*>(interface), length});
}
bool onControl(std::uint8_t rhport, std::uint8_t stage, const tusb_control_request_t* request) {
    if (!UsbLink::only().control(stage, request->bmRequestType, request->bRequest, request->wValue,
                                 request->wIndex))
        return false;
    const bool ownStatus = stage == CONTROL_STAGE_SETUP && request->bmRequestType == vendorToInterface;
    return !ownStatus || tud_control_status(rhport, request);
}
bool onTransferred(std::uint8_t, std::uint8_t endpoint, xfer_result_t result, std::uint32_t bytes) {
    if (result == XFER_RESULT_SUCCESS) UsbLink::only().transferred(endpoint, bytes);
    return true;
}

const usbd_class_driver_t driver{"framegate", onInit,    onDeinit,      onReset,
                                 onOpen,      onControl, onTransferred, nullptr};

} // namespace
} // namespace framegate::firmware

extern "C" const usbd_class_driver_t* usbd_app_driver_get_cb(std::uint8_t* count) {
    *count = 1;
    return &framegate::firmware::driver;
}

// A vendor request to the interface comes here in some versions of TinyUSB, to the class driver in others.
extern "C" bool tud_vendor_control_xfer_cb(std::uint8_t rhport, std::uint8_t stage,
                                           const tusb_control_request_t* request) {
    return framegate::firmware::onControl(rhport, stage, request);
}
