// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

namespace framegate::test {

/// A clock that moves only when told to, or when somebody sleeps on it.
class FakeClock : public Clock {
public:
    ClockTime now() const override { return now_; }
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) override {
        if (stop.stop_requested()) return failure(ErrorKind::Cancelled, "CANCELLED", "stopped");
        now_ = now_ + duration;
        return {};
    }

private:
    ClockTime now_;
};

} // namespace framegate::test
