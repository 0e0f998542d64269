// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "usb/port_changes.h"

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
    /// What arrives and leaves, as it is reported on the event thread; null where libusb reports nothing of
    /// the kind (Windows).
    std::shared_ptr<const PortChanges> changes() const { return changes_; }

private:
    explicit LibusbContext(libusb_context* context);

    void listen();

    libusb_context* context_;
    std::shared_ptr<PortChanges> changes_;
    int listening_ = 0; ///< libusb's number of the subscription
    std::jthread events_;
};

} // namespace framegate
