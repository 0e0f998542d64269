// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/served_board.h"
#include "simulation/virtual_bench.h"

#include <memory>
#include <mutex>
#include <vector>

namespace framegate::simulation {

/// Serves the boards of a virtual bench as USB devices, in real time: to hosts that import them over USB/IP
/// on 127.0.0.1, or attached to ports of this machine. What a bench does with an engine, hands do here:
/// whenever a module gets power, the next unit of the lot sits in that slot. Thread-safe.
class BoardServer {
public:
    /// Listens on \a port; 0: any free one. The bench outlives the server, has its watchdogs on, and is used
    /// by nobody else. Errors: Usb `USBIP_PORT`.
    static Result<std::unique_ptr<BoardServer>> listen(VirtualBench& bench, std::uint16_t port,
                                                       ServeEvents events);
    /// Attaches board N to the N-th of \a ports.
    static std::unique_ptr<BoardServer>
    attach(VirtualBench& bench, std::vector<std::unique_ptr<AttachPort>> ports, ServeEvents events);
    /// All boards leave the bus.
    ~BoardServer();

    /// What it listens on; 0: nothing.
    std::uint16_t port() const { return listener_ ? listener_.localPort() : std::uint16_t{0}; }
    int boards() const { return static_cast<int>(boards_.size()); }
    /// Takes the board's plug out. Errors: NotFound `USB_NO_DEVICE` for no such board or one that is out.
    Result<> unplug(int slot);
    /// Puts it in, with the next unit. \a bootsel: the button held. Errors: likewise, for one that is in.
    Result<> plug(int slot, bool bootsel);
    /// From now on this is wrong with the chip (BootselDevice::damage()). Errors: likewise.
    Result<> damage(int slot, const BootselOptions& faults);

private:
    /// A connection that has not said yet what it wants.
    struct Caller {
        StreamSocket socket;
        Octets in;
        Octets out;
        std::chrono::steady_clock::time_point until;
        bool answered = false;
    };
    BoardServer(VirtualBench& bench, StreamSocket listener, std::vector<std::unique_ptr<AttachPort>> ports,
                ServeEvents events);
    Result<> known(int slot) const;
    void run(const std::stop_token& stop);
    void wait(const std::vector<Caller>& callers) const;
    bool serve(Caller& caller);
    bool answer(Caller& caller);
    void import(Caller& caller, const std::string& busId);

    VirtualBench& bench_;
    const ServeEvents events_;
    StreamSocket listener_;
    std::vector<std::unique_ptr<AttachPort>> ports_;
    std::mutex mutex_;
    std::vector<bool> plugged_;
    unsigned lastUnit_;
    std::vector<std::unique_ptr<ServedBoard>> boards_;
    std::jthread thread_; ///< last: uses all of the above
};

} // namespace framegate::simulation
