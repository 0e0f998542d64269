// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/usb_port_path.h"
#include "usb/usb_backend.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace framegate {

/// Arrivals and departures as the operating system reports them, counted by port. Thread-safe.
class PortChanges {
public:
    /// A device came to \a port or left it.
    void note(const UsbPortPath& port);
    std::uint64_t countAt(const UsbPortPath& port) const;
    /// Waits until the port's count is no longer \a seen, or until \a left has passed in real time.
    /// Errors: Cancelled `CANCELLED`.
    Result<> waitBeyond(const UsbPortPath& port, std::uint64_t seen, std::chrono::nanoseconds left,
                        const std::stop_token& stop) const;

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    std::map<UsbPortPath, std::uint64_t> counts_;
};

/// A look-out that sleeps until such a report. For clocks of real time. It keeps \a changes alive.
std::unique_ptr<UsbWatch> watchReports(std::shared_ptr<const PortChanges> changes, const UsbPortPath& port);

} // namespace framegate
