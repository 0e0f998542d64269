// SPDX-License-Identifier: GPL-3.0-or-later
//
// As much of TinyUSB as firmware/pico/usb_descriptors.cpp takes, so that its bytes can be had on the host.
#pragma once

#include <cstdint>

#define CFG_TUD_ENDPOINT0_SIZE 64
#define TUD_CONFIG_DESC_LEN 9
#define U16_TO_U8S_LE(value) static_cast<std::uint8_t>(value), static_cast<std::uint8_t>((value) >> 8)
#define TUD_CONFIG_DESCRIPTOR(number, interfaces, name, length, attributes, milliamps)                       \
    9, TUSB_DESC_CONFIGURATION, U16_TO_U8S_LE(length), interfaces, number, name, 0x80 | (attributes),        \
        (milliamps) / 2

enum : std::uint8_t {
    TUSB_DESC_DEVICE = 1,
    TUSB_DESC_CONFIGURATION = 2,
    TUSB_DESC_STRING = 3,
    TUSB_DESC_INTERFACE = 4,
    TUSB_DESC_ENDPOINT = 5,
    TUSB_XFER_BULK = 2,
};

#pragma pack(push, 1)
struct tusb_desc_device_t {
    std::uint8_t bLength;
    std::uint8_t bDescriptorType;
    std::uint16_t bcdUSB;
    std::uint8_t bDeviceClass;
    std::uint8_t bDeviceSubClass;
    std::uint8_t bDeviceProtocol;
    std::uint8_t bMaxPacketSize0;
    std::uint16_t idVendor;
    std::uint16_t idProduct;
    std::uint16_t bcdDevice;
    std::uint8_t iManufacturer;
    std::uint8_t iProduct;
    std::uint8_t iSerialNumber;
    std::uint8_t bNumConfigurations;
};
#pragma pack(pop)

extern "C" {
const std::uint8_t* tud_descriptor_device_cb();
const std::uint8_t* tud_descriptor_configuration_cb(std::uint8_t index);
const std::uint8_t* tud_descriptor_bos_cb();
const std::uint16_t* tud_descriptor_string_cb(std::uint8_t index, std::uint16_t language);
}
