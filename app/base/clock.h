// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <chrono>
#include <compare>
#include <stop_token>

namespace framegate {

/// A moment on a bench's clock, in nanoseconds from that clock's own zero.
/// Moments of different clocks must not be compared.
struct ClockTime {
    std::chrono::nanoseconds sinceZero{0};
    auto operator<=>(const ClockTime&) const = default;
};

inline std::chrono::nanoseconds operator-(ClockTime a, ClockTime b) {
    return a.sinceZero - b.sinceZero;
}
inline ClockTime operator+(ClockTime a, std::chrono::nanoseconds d) {
    return {a.sinceZero + d};
}

/// The time that passes on a bench: real, or simulated where the simulation advances it.
/// Thread-safe unless the implementation says otherwise.
class Clock {
public:
    virtual ~Clock() = default;
    virtual ClockTime now() const = 0;
    /// Lets \a duration pass. Errors: Cancelled on a stop request.
    virtual Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) = 0;
};

/// A moment by which something must be done, on the clock it was made from.
class Deadline {
public:
    static Deadline after(const Clock& clock, std::chrono::nanoseconds duration) {
        return Deadline(clock.now() + duration);
    }
    explicit Deadline(ClockTime moment) : moment_(moment) {}
    ClockTime moment() const { return moment_; }
    /// Time left, never negative.
    std::chrono::nanoseconds left(const Clock& clock) const {
        const auto rest = moment_ - clock.now();
        return rest.count() > 0 ? rest : std::chrono::nanoseconds{0};
    }
    bool passed(const Clock& clock) const { return clock.now() >= moment_; }
    /// The earlier of the two.
    Deadline atMost(Deadline other) const { return other.moment_ < moment_ ? other : *this; }

private:
    ClockTime moment_;
};

/// std::chrono::steady_clock as a Clock. Thread-safe.
class SteadyClock : public Clock {
public:
    ClockTime now() const override;
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) override;
};

/// "2026-11-23T04:28:24.123Z", from the system's wall clock.
std::string utcTimestamp(std::chrono::system_clock::time_point moment = std::chrono::system_clock::now());

} // namespace framegate
