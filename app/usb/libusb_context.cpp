// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_context.h"

#include "usb/libusb_status.h"

#include <chrono>
#include <libusb.h>

namespace framegate {
namespace {

constexpr timeval longestNap{60, 0};
constexpr std::chrono::milliseconds pauseAfterError{10};

void handleEvents(const std::stop_token& stop, libusb_context* context) {
    while (!stop.stop_requested()) {
        auto nap = longestNap;
        const int status = libusb_handle_events_timeout_completed(context, &nap, nullptr);
        // Whoever waits for a transfer depends on this thread: it goes on, but does not burn the processor.
        if (status != 0 && status != LIBUSB_ERROR_INTERRUPTED) std::this_thread::sleep_for(pauseAfterError);
    }
}

} // namespace

LibusbContext::LibusbContext(libusb_context* context)
    : context_(context), events_([context](const std::stop_token& stop) { handleEvents(stop, context); }) {}

Result<std::shared_ptr<LibusbContext>> LibusbContext::start() {
    libusb_context* context = nullptr;
    if (const int status = libusb_init(&context); status != 0)
        return openFailure(status, "starting libusb (has this machine USB?)");
    return std::shared_ptr<LibusbContext>(new LibusbContext(context));
}

LibusbContext::~LibusbContext() {
    events_.request_stop();
    libusb_interrupt_event_handler(context_); // stays in force until the thread has seen it
    events_.join();
    libusb_exit(context_);
}

} // namespace framegate
