// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <condition_variable>
#include <fmt/chrono.h>
#include <mutex>

namespace framegate {

ClockTime SteadyClock::now() const {
    return {std::chrono::steady_clock::now().time_since_epoch()};
}

Result<> SteadyClock::sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    if (stop.stop_requested()) return failure(ErrorKind::Cancelled, "CANCELLED", "stopped while waiting");
    return {};
}

std::string utcTimestamp(std::chrono::system_clock::time_point moment) {
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(moment)), milliseconds);
}

} // namespace framegate
