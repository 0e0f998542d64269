// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pin_recorder.h"
#include "simulated_unit.h"
#include "usb/usb_backend.h"

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace framegate::test {

/// The emulated board with a simulated module on its pins, in a process of its own (emulator/loop_process.js;
/// the messages are described in README.md). Its simulated time goes on only while a call is under way.
class LoopBench {
public:
    /// Powers the board up with that module. What goes wrong here fails the test.
    explicit LoopBench(const ModuleSpec& module);
    ~LoopBench();
    LoopBench(const LoopBench&) = delete;
    LoopBench& operator=(const LoopBench&) = delete;

    struct Reply {
        std::uint64_t timeNs = 0;
        std::uint8_t status = 0; ///< 0 ok, 1 timeout, 2 stall, 3 overflow, 4 disconnected, …
        std::vector<std::byte> bytes;
        std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
    };
    enum class Request : std::uint8_t {
        Enumerate = 1,
        Run = 2,
        BulkOut = 3,
        BulkIn = 4,
        Control = 5,
        ClearHalt = 6,
        Statistics = 9,
        PinLog = 13,
        ModulePower = 14
    };
    Reply ask(Request request, std::span<const std::byte> payload = {});

    /// What a kernel reads of a device when it is plugged in. Board and host are ready after it.
    nlohmann::json enumerate() { return nlohmann::json::parse(ask(Request::Enumerate).text()); }
    nlohmann::json statistics() { return nlohmann::json::parse(ask(Request::Statistics).text()); }
    /// All that has passed the module's pins.
    std::vector<PinTransaction> transactions() { return PinRecorder::parse(ask(Request::PinLog).text()); }
    /// Plugs the module in or pulls it out.
    void powerModule(bool on);
    /// The other end of the cable. The bench outlives it.
    std::unique_ptr<UsbTransport> open();
    std::uint64_t timeNs() const { return timeNs_; }

private:
    void write(const void* bytes, std::size_t count) const;
    void read(void* bytes, std::size_t count) const;

    pid_t pid_ = -1;
    int toChild_ = -1;
    int fromChild_ = -1;
    std::uint64_t timeNs_ = 0;
};

} // namespace framegate::test
