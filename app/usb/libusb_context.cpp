// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_context.h"

#include "usb/libusb_path.h"
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

int LIBUSB_CALL onHotplug(libusb_context*, libusb_device* device, libusb_hotplug_event, void* changes) {
    if (const auto port = pathOf(device)) static_cast<PortChanges*>(changes)->note(*port);
    return 0; // stay subscribed
}

} // namespace

LibusbContext::LibusbContext(libusb_context* context) : context_(context) {
    listen();
    events_ = std::jthread([context](const std::stop_token& stop) { handleEvents(stop, context); });
}

void LibusbContext::listen() {
    if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0) return;
    auto changes = std::make_shared<PortChanges>();
    constexpr int all = LIBUSB_HOTPLUG_MATCH_ANY;
    constexpr int comeAndGo = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT;
    if (libusb_hotplug_register_callback(context_, comeAndGo, 0, all, all, all, onHotplug, changes.get(),
                                         &listening_) == LIBUSB_SUCCESS)
        changes_ = std::move(changes);
}

Result<std::shared_ptr<LibusbContext>> LibusbContext::start() {
    libusb_context* context = nullptr;
    if (const int status = libusb_init(&context); status != 0)
        return openFailure(status,
                           "starting libusb (it needs /dev/bus/usb; framegate doctor says what is missing)");
    return std::shared_ptr<LibusbContext>(new LibusbContext(context));
}

LibusbContext::~LibusbContext() {
    if (changes_) libusb_hotplug_deregister_callback(context_, listening_);
    events_.request_stop();
    libusb_interrupt_event_handler(context_); // stays in force until the thread has seen it
    events_.join();
    libusb_exit(context_);
}

} // namespace framegate
