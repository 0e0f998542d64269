// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <memory>
#include <thread>

struct libusb_context;

namespace framegate {

/// A libusb context and the one thread that handles its events: every callback of a transfer runs there, so
/// a callback never waits for USB itself. Thread-safe. Must not be destroyed on its own event thread.
class LibusbContext {
public:
    /// Errors: Usb `USB_OPEN`.
    static Result<std::shared_ptr<LibusbContext>> start();
    ~LibusbContext();
    LibusbContext(const LibusbContext&) = delete;
    LibusbContext& operator=(const LibusbContext&) = delete;

    libusb_context* get() const { return context_; }

private:
    explicit LibusbContext(libusb_context* context);

    libusb_context* context_;
    std::jthread events_;
};

} // namespace framegate
