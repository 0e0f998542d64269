// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/attach_port.h"
#include "simulation/usbip_session.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace framegate::simulation {

/// What happens to served boards. Called from the boards' threads.
struct ServeEvents {
    std::function<void(int slot, PicoState state)> state = [](int, PicoState) {};
    std::function<void(int slot, const Error& error)> trouble = [](int, const Error&) {};
};

/// One board with a thread of its own, which lets its time pass with the real one at least, and serves the
/// one host that has it. Where work waits for nothing but the board, time runs ahead. Thread-safe.
class ServedBoard {
public:
    /// \a port: where it is attached whenever it comes up; null: hosts import it. Both outlive this object.
    ServedBoard(PicoBoard& board, int slot, AttachPort* port, const ServeEvents& events);
    /// Waits for the thread.
    ~ServedBoard();

    /// What it is listed as; none while it is off the bus.
    std::optional<usbip::Listing> listing() const;
    /// Gives the board to the host at the other end of \a socket. False, and nothing is taken: it is off the
    /// bus, or another host has it.
    bool import(StreamSocket& socket);
    /// Something was done to the board: looks at it at once.
    void wake();

private:
    void run(const std::stop_token& stop);
    void wait();
    void passTime();
    void announce();
    void adopt();
    void attach();
    usbip::Listing describe(const UsbDescriptors& descriptors) const;

    PicoBoard& board_;
    const int slot_;
    AttachPort* const port_;
    const ServeEvents& events_;
    StreamSocket wakeReader_;
    StreamSocket wakeWriter_;
    std::chrono::steady_clock::time_point passed_ = std::chrono::steady_clock::now();
    PicoState shown_ = PicoState::Gone;
    unsigned shownGeneration_ = 0;
    bool attachFailed_ = false;
    std::unique_ptr<UsbipSession> session_;
    std::mutex mutex_;                   ///< of what follows
    std::unique_ptr<UsbipSession> next_; ///< for the thread to take
    bool taken_ = false;
    std::jthread thread_; ///< last: uses all of the above
};

} // namespace framegate::simulation
