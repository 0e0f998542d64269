// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_context.h"

#include <fmt/format.h>

namespace framegate {

LibusbContext::LibusbContext(libusb_context* context) : context_(context) {
    events_ = std::jthread([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            timeval slice{0, 200'000};
            libusb_handle_events_timeout_completed(context_, &slice, nullptr);
        }
    });
}

Result<std::shared_ptr<LibusbContext>> LibusbContext::start() {
    libusb_context* context = nullptr;
    if (const int status = libusb_init(&context); status != 0)
        return libusbFailure(status, "starting libusb");
    return std::shared_ptr<LibusbContext>(new LibusbContext(context));
}

LibusbContext::~LibusbContext() {
    events_.request_stop();
    libusb_interrupt_event_handler(context_);
    events_.join();
    libusb_exit(context_);
}

Failure libusbFailure(int status, const std::string& doing) {
    const auto message = fmt::format("{}: {}", doing, libusb_strerror(status));
    switch (status) {
    case LIBUSB_ERROR_ACCESS:
        return failure(ErrorKind::Permission, "USB_PERMISSION",
                       message + "; install packaging/udev/70-framegate.rules and plug the board in again");
    case LIBUSB_ERROR_NO_DEVICE:
        return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", message);
    case LIBUSB_ERROR_BUSY:
        return failure(ErrorKind::Usb, "USB_OPEN", message + "; another program uses the board");
    case LIBUSB_ERROR_PIPE:
        return failure(ErrorKind::Usb, "USB_STALL", message);
    default:
        return failure(ErrorKind::Usb, "USB_OPEN", message);
    }
}

Failure transferFailure(libusb_transfer_status status, const std::string& doing) {
    switch (status) {
    case LIBUSB_TRANSFER_STALL:
        return failure(ErrorKind::Usb, "USB_STALL", doing + ": the board stalled the pipe");
    case LIBUSB_TRANSFER_OVERFLOW:
        return failure(ErrorKind::Usb, "USB_OVERFLOW", doing + ": more came than was asked for");
    case LIBUSB_TRANSFER_NO_DEVICE:
        return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", doing + ": the board is gone");
    case LIBUSB_TRANSFER_TIMED_OUT:
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", doing + ": no answer in time");
    default:
        return failure(ErrorKind::Usb, "USB_TRANSFER",
                       fmt::format("{}: the transfer failed (status {})", doing, static_cast<int>(status)));
    }
}

} // namespace framegate
