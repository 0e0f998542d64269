// SPDX-License-Identifier: MIT
//
// What TinyUSB is to build: a device with no class of its own; usb_link.cpp brings the vendor interface.
#pragma once

#define CFG_TUD_ENABLED 1
#define CFG_TUSB_RHPORT0_MODE (OPT_MODE_DEVICE | OPT_MODE_FULL_SPEED)
#define CFG_TUD_ENDPOINT0_SIZE 64
#define CFG_TUD_VENDOR 0
#define CFG_TUD_CDC 0
#define CFG_TUD_MSC 0
#define CFG_TUD_HID 0
