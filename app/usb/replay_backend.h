// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/usb_backend.h"
#include "usb/usb_record.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

namespace framegate {

/// Plays a recording: each call must ask for what was asked for then, and ends as it did then. Calls on one
/// transport are played in their order, whatever other transports do meanwhile; so are openings, restarts and
/// waits at one port, and all lists of devices. A transport's clock shows the recorded times.
/// Errors also: Internal `USB_REPLAY` where a call is not the recorded one; the message names file and line.
/// Thread-safe.
class ReplayBackend : public UsbBackend {
public:
    /// Errors: those of readUsbRecording().
    static Result<std::unique_ptr<ReplayBackend>> read(const std::filesystem::path& file);
    /// Records that have not been played yet.
    virtual std::size_t left() const = 0;
};

} // namespace framegate
