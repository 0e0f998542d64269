// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "sim/camera_module.h"
#include "sim/host_board.h"
#include "sim/random.h"
#include "simulation/scenario.h"
#include "usb/usb_backend.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace framegate::simulation {

/// One slot's Pico and what is plugged into it. Thread-safe: one call at a time.
class VirtualBoard {
public:
    VirtualBoard(int slot, double pace, sim::FixtureWiring wiring);

    /// Powers a fresh module up on a fresh board: time starts at zero.
    /// A board that hangs or has left the bus does not get better by it: restart().
    void insert(std::unique_ptr<sim::CameraModule> module, const BoardFaults& faults, std::uint64_t seed);

    /// The firmware is asked to start anew, or started by its watchdog, and the board comes back on the bus.
    /// Errors: NotFound after \a limit.
    Result<> restart(std::chrono::nanoseconds limit);

    /// The firmware starts, from whatever memory, at \a moment of the board's time.
    void start(std::chrono::nanoseconds moment);
    /// Board and module lose their power; the firmware is not running until start().
    void losePower();
    /// What it was asked for over its control pipe: to leave for \a target, whatever the host has not read.
    void leave(wire::RebootTarget target);
    /// Whether and when the firmware has left, as the host asked it to: in a request, once it has read the
    /// answer, or by leave().
    struct Departure {
        wire::RebootTarget target = wire::RebootTarget::Firmware;
        std::chrono::nanoseconds moment{0};
    };
    std::optional<Departure> departed();
    /// When the watchdog starts it anew; none while the firmware works.
    std::optional<std::chrono::nanoseconds> watchdogAt() const;

    UsbDevice device() const;
    int slot() const { return slot_; }
    ClockTime now() const;
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop);
    Result<> send(std::span<const std::byte> bytes, std::stop_token stop);
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline, std::stop_token stop);
    /// Errors: Timeout at the deadline where the firmware hangs, Disconnected.
    Result<> resetLink(Deadline deadline);
    /// Lets the IN pipe work again after a stall.
    void clearHalt();
    /// Whether the board is on the bus.
    bool plugged() const { return !gone_; }

private:
    /// Where a link fault strikes next.
    class Strikes {
    public:
        void begin(const LinkFault& fault, std::uint64_t seed);
        /// The place among the bytes from \a before to \a after, if it strikes there.
        std::optional<std::uint64_t> among(std::uint64_t before, std::uint64_t after);

    private:
        LinkFault fault_;
        sim::Random random_{0};
        std::uint64_t next_ = never;
        static constexpr std::uint64_t never = ~std::uint64_t{0};
    };

    firmware::BoardIdentity identityNow() const;
    Result<std::size_t> deliver(std::span<std::byte> buffer);
    Result<> keepPace(std::stop_token stop);
    Result<> attached() const;
    sim::TimeNs time() const { return board_->clock().now(); }

    const int slot_;
    const double pace_;
    const sim::FixtureWiring wiring_;
    mutable std::mutex mutex_;
    firmware::BoardIdentity identity_;
    std::unique_ptr<sim::HostBoard> board_;
    BoardFaults faults_;
    std::uint64_t bytesOut_ = 0; ///< to the host since power-up
    Strikes disconnects_;
    Strikes stalls_;
    Strikes corrupts_;
    Strikes drops_;
    bool hung_ = false;
    bool afterWatchdog_ = false;
    std::atomic<bool> gone_ = false; ///< read by whoever lists devices, while a call may wait
    std::chrono::nanoseconds hungSince_{0};
    std::optional<Departure> departure_;
    bool stalled_ = false; ///< the IN pipe, until somebody clears it
    std::chrono::steady_clock::time_point poweredUp_;
};

} // namespace framegate::simulation
