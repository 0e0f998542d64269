// SPDX-License-Identifier: MIT
//
// What the board says of itself during enumeration.
#include "pico/board_id.h"
#include "pico/microsoft_descriptors.h"
#include "protocol/usb_identity.h"

#include <tusb.h>

#include <array>
#include <cstring>

namespace framegate::firmware {
namespace {

enum StringIndex : std::uint8_t { Language, Manufacturer, Product, SerialNumber, Reset };

constexpr std::uint16_t configurationBytes = TUD_CONFIG_DESC_LEN + 9 + 2 * 7 + 9;

const tusb_desc_device_t device{
    .bLength = sizeof(tusb_desc_device_t),
    .bDescriptorType = TUSB_DESC_DEVICE,
    .bcdUSB = 0x0210, // from 2.1 on, hosts ask for a BOS
    .bDeviceClass = 0,
    .bDeviceSubClass = 0,
    .bDeviceProtocol = 0,
    .bMaxPacketSize0 = CFG_TUD_ENDPOINT0_SIZE,
    .idVendor = wire::usbVendor,
    .idProduct = wire::usbProduct,
    .bcdDevice = 0x0101, // Windows keeps what it learnt of a version
    .iManufacturer = Manufacturer,
    .iProduct = Product,
    .iSerialNumber = SerialNumber,
    .bNumConfigurations = 1,
};

const std::uint8_t configuration[] = {
    TUD_CONFIG_DESCRIPTOR(1, 2, 0, configurationBytes, 0, 250),
    // interface 0: two bulk endpoints
    9,
    TUSB_DESC_INTERFACE,
    0,
    0,
    2,
    wire::usbInterfaceClass,
    wire::usbInterfaceSubclass,
    wire::usbInterfaceProtocol,
    Product,
    7,
    TUSB_DESC_ENDPOINT,
    wire::usbEndpointOut,
    TUSB_XFER_BULK,
    U16_TO_U8S_LE(wire::usbPacketBytes),
    0,
    7,
    TUSB_DESC_ENDPOINT,
    wire::usbEndpointIn,
    TUSB_XFER_BULK,
    U16_TO_U8S_LE(wire::usbPacketBytes),
    0,
    // interface 1: control requests alone
    9,
    TUSB_DESC_INTERFACE,
    wire::usbResetInterface,
    0,
    0,
    wire::usbResetClass,
    wire::usbResetSubclass,
    wire::usbResetProtocol,
    Reset,
};
static_assert(sizeof configuration == configurationBytes);

const char* textOf(std::uint8_t index) {
    switch (index) {
    case Manufacturer:
        return "FrameGate";
    case Product:
        return "FrameGate test board";
    case SerialNumber:
        return boardIdText();
    case Reset:
        return "Reset";
    default:
        return nullptr;
    }
}

} // namespace
} // namespace framegate::firmware

extern "C" const std::uint8_t* tud_descriptor_device_cb() {
    return reinterpret_cast<const std::uint8_t*>(&framegate::firmware::device);
}

extern "C" const std::uint8_t* tud_descriptor_configuration_cb(std::uint8_t) {
    return framegate::firmware::configuration;
}

extern "C" const std::uint8_t* tud_descriptor_bos_cb() {
    return framegate::firmware::binaryObjectStore().data();
}

extern "C" const std::uint16_t* tud_descriptor_string_cb(std::uint8_t index, std::uint16_t) {
    using namespace framegate::firmware;
    static std::array<std::uint16_t, 33> words;
    constexpr std::uint16_t english = 0x0409;
    std::size_t used = 1;
    if (index == Language) {
        words[used++] = english;
    } else {
        const char* text = textOf(index);
        if (text == nullptr) return nullptr;
        for (; *text != '\0' && used < words.size(); ++text)
            words[used++] = static_cast<std::uint8_t>(*text);
    }
    words[0] = static_cast<std::uint16_t>(TUSB_DESC_STRING << 8 | 2 * used);
    return words.data();
}
