// SPDX-License-Identifier: MIT
//
// Tells TinyUSB of the two interfaces: the frames' and the reset interface.
#include "pico/microsoft_descriptors.h"
#include "pico/reset_interface.h"
#include "pico/usb_link.h"
#include "protocol/usb_identity.h"

#include <device/usbd_pvt.h>
#include <tusb.h>

namespace framegate::firmware {
namespace {

constexpr std::uint8_t vendorToInterface = 0x41;
constexpr std::uint8_t vendorFromDevice = 0xC0;
constexpr std::uint8_t classToInterface = 0x21;
constexpr std::uint16_t microsoftDescriptorIndex = 7;

void onInit() {}

bool onDeinit() {
    return true;
}

void onLinkReset(std::uint8_t) {
    UsbLink::only().busReset();
}

std::uint16_t onLinkOpen(std::uint8_t, const tusb_desc_interface_t* interface, std::uint16_t length) {
    return UsbLink::only().open({reinterpret_cast<const std::uint8_t*>(interface), length});
}

/// What the host asked of an endpoint has been done by TinyUSB; the link must know.
bool onLinkControl(std::uint8_t, std::uint8_t stage, const tusb_control_request_t* request) {
    constexpr std::uint8_t standardToEndpoint = 0x02;
    if (stage != CONTROL_STAGE_SETUP) return true;
    if (request->bmRequestType != standardToEndpoint) return false;
    const bool cleared =
        request->bRequest == TUSB_REQ_CLEAR_FEATURE && request->wValue == TUSB_REQ_FEATURE_EDPT_HALT;
    if (cleared) UsbLink::only().restart(static_cast<std::uint8_t>(request->wIndex));
    return true;
}

bool onLinkTransferred(std::uint8_t, std::uint8_t endpoint, xfer_result_t result, std::uint32_t bytes) {
    if (result == XFER_RESULT_SUCCESS) UsbLink::only().transferred(endpoint, bytes);
    return true;
}

void onResetReset(std::uint8_t) {}

std::uint16_t onResetOpen(std::uint8_t, const tusb_desc_interface_t* interface, std::uint16_t length) {
    const bool ours = interface->bInterfaceClass == wire::usbResetClass &&
                      interface->bInterfaceSubClass == wire::usbResetSubclass &&
                      interface->bInterfaceProtocol == wire::usbResetProtocol;
    return ours && length >= sizeof *interface ? sizeof *interface : 0;
}

bool onResetControl(std::uint8_t rhport, std::uint8_t stage, const tusb_control_request_t* request) {
    if (stage != CONTROL_STAGE_SETUP) return true;
    if (request->bmRequestType != classToInterface) return false;
    return ResetInterface::only().asked(request->bRequest, request->wValue) &&
           tud_control_status(rhport, request);
}

bool onResetTransferred(std::uint8_t, std::uint8_t, xfer_result_t, std::uint32_t) {
    return true;
}

const usbd_class_driver_t drivers[] = {
    {"frames", onInit, onDeinit, onLinkReset, onLinkOpen, onLinkControl, onLinkTransferred, nullptr},
    {"reset", onInit, onDeinit, onResetReset, onResetOpen, onResetControl, onResetTransferred, nullptr},
};

bool onVendorRequest(std::uint8_t rhport, const tusb_control_request_t* request) {
    if (request->bmRequestType == vendorToInterface)
        return request->wIndex == 0 && UsbLink::only().asked(request->bRequest) &&
               tud_control_status(rhport, request);
    const bool ofMicrosoft = request->bmRequestType == vendorFromDevice &&
                             request->bRequest == wire::usbRequestMicrosoft &&
                             request->wIndex == microsoftDescriptorIndex;
    if (!ofMicrosoft) return false;
    const auto bytes = microsoftDescriptors();
    return tud_control_xfer(rhport, request, const_cast<std::uint8_t*>(bytes.data()),
                            static_cast<std::uint16_t>(bytes.size()));
}

} // namespace
} // namespace framegate::firmware

extern "C" const usbd_class_driver_t* usbd_app_driver_get_cb(std::uint8_t* count) {
    *count = std::size(framegate::firmware::drivers);
    return framegate::firmware::drivers;
}

extern "C" bool tud_vendor_control_xfer_cb(std::uint8_t rhport, std::uint8_t stage,
                                           const tusb_control_request_t* request) {
    return stage != CONTROL_STAGE_SETUP || framegate::firmware::onVendorRequest(rhport, request);
}
