// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <libusb.h>
#include <memory>
#include <string>
#include <thread>

namespace framegate {

/// A libusb context and the thread that handles its events. Thread-safe.
class LibusbContext {
public:
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

/// What a call of libusb that failed means to the station.
Failure libusbFailure(int status, const std::string& doing);

/// The same for how a transfer ended; not to be asked of one that completed.
Failure transferFailure(libusb_transfer_status status, const std::string& doing);

} // namespace framegate
