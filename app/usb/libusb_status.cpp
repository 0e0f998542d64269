// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_status.h"

#include <fmt/format.h>
#include <libusb.h>
#include <string_view>

namespace framegate {
namespace {

Failure usb(std::string code, const std::string& doing, std::string_view found) {
    return failure(ErrorKind::Usb, std::move(code), fmt::format("{}: {}", doing, found));
}

Failure gone(const std::string& doing) {
    return failure(ErrorKind::Disconnected, "USB_DISCONNECTED",
                   doing + ": the board is gone; check its cable, hub and power");
}

Failure late(const std::string& doing) {
    return failure(ErrorKind::Timeout, "USB_TIMEOUT", doing + ": not done by the deadline");
}

Failure stalled(const std::string& doing) {
    return usb("USB_STALL", doing, "the board refused (stall)");
}

Failure overflowed(const std::string& doing) {
    return usb("USB_OVERFLOW", doing, "the board sent more than was asked for");
}

} // namespace

Failure openFailure(int status, const std::string& doing) {
    switch (status) {
    case LIBUSB_ERROR_ACCESS:
        return failure(ErrorKind::Permission, "USB_PERMISSION",
                       doing +
                           ": the operating system refuses access; framegate doctor says what is missing");
    case LIBUSB_ERROR_NO_DEVICE:
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", doing + ": it was unplugged meanwhile");
    case LIBUSB_ERROR_BUSY:
        return usb("USB_BUSY", doing, "another program uses it; close that first");
    case LIBUSB_ERROR_NOT_SUPPORTED:
        return usb("USB_DRIVER", doing,
                   "it has no driver through which a program may use it; on Windows give it WinUSB: the test "
                   "firmware and an RP2350 get it by themselves, an RP2040 in BOOTSEL needs Zadig, for "
                   "\"RP2 Boot (Interface 1)\"");
    default:
        return usb("USB_OPEN", doing, libusb_strerror(status));
    }
}

Failure callFailure(int status, const std::string& doing) {
    switch (status) {
    case LIBUSB_ERROR_NO_DEVICE:
        return gone(doing);
    case LIBUSB_ERROR_TIMEOUT:
        return late(doing);
    case LIBUSB_ERROR_PIPE:
        return stalled(doing);
    case LIBUSB_ERROR_OVERFLOW:
        return overflowed(doing);
    case LIBUSB_ERROR_NO_MEM:
        return usb("USB_TRANSFER", doing, "the kernel has no memory for USB; raise usbcore.usbfs_memory_mb");
    default:
        return usb("USB_TRANSFER", doing, libusb_strerror(status));
    }
}

Failure transferFailure(int status, const std::string& doing) {
    switch (status) {
    case LIBUSB_TRANSFER_STALL:
        return stalled(doing);
    case LIBUSB_TRANSFER_OVERFLOW:
        return overflowed(doing);
    case LIBUSB_TRANSFER_NO_DEVICE:
        return gone(doing);
    case LIBUSB_TRANSFER_TIMED_OUT:
        return late(doing);
    default:
        return usb(
            "USB_TRANSFER", doing,
            fmt::format("the transfer failed on the bus (libusb status {}); check cable and hub", status));
    }
}

} // namespace framegate
