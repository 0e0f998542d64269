// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/crc32.h"
#include "protocol/messages.h"
#include "protocol/usb_identity.h"
#include "simulation/virtual_bench.h"
#include "support/temp_folder.h"
#include "unit/sim/module_driver.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace framegate::simulation {

inline constexpr UsbInterfaceMatch firmwareInterface{wire::usbInterfaceClass, wire::usbInterfaceSubclass,
                                                     wire::usbInterfaceProtocol};
inline constexpr UsbControlRequest firmwareRestart{0x41, wire::usbRequestRestart};

/// A bench as the test wants it; \a scenario is a scenario file's text.
inline std::unique_ptr<VirtualBench> makeBench(BenchOptions options, const std::string& scenario = {}) {
    const test::TempFolder folder;
    if (!scenario.empty()) options.scenario = readScenario(folder.write("s.toml", scenario)).value();
    return VirtualBench::create(std::move(options)).value();
}

/// A whole answer: the frames of progress joined, and the last frame.
struct RawAnswer {
    wire::Header header;
    std::vector<std::uint8_t> payload;
    std::vector<std::uint8_t> progress; ///< bytes of FifoChunks, in order
};

/// Talks to one board of a bench in wire frames, with nothing of the station in between.
class RawBoard {
public:
    RawBoard(VirtualBench& bench, std::uint8_t slot)
        : transport(bench.open(UsbPortPath(1, {slot}), firmwareInterface).value()) {}

    Deadline in(std::chrono::milliseconds time) const { return Deadline::after(transport->clock(), time); }
    template <class Message>
    Result<> ask(wire::Opcode opcode, const Message& message) {
        std::vector<std::uint8_t> frame(wire::frameLimit);
        frame.resize(
            wire::writeMessage(frame, {.kind = wire::Kind::Request, .opcode = opcode, .tag = 9}, message));
        return transport->send(std::as_bytes(std::span(frame)), in(std::chrono::milliseconds{100}), {});
    }
    Result<std::size_t> hear(std::chrono::milliseconds time = std::chrono::seconds{1},
                             std::stop_token stop = {}) {
        return transport->receive(buffer, in(time), std::move(stop));
    }
    std::optional<wire::Frame> frame(std::size_t size) const {
        return wire::readFrame({reinterpret_cast<const std::uint8_t*>(buffer.data()), size});
    }
    /// Asks and takes every frame up to the last one of the answer.
    template <class Message>
    RawAnswer exchange(wire::Opcode opcode, const Message& message) {
        RawAnswer answer;
        if (!ask(opcode, message)) return answer;
        for (;;) {
            const auto size = hear(std::chrono::seconds{10});
            const auto got = size ? frame(*size) : std::nullopt;
            if (!got) return answer;
            answer.header = got->header;
            answer.payload.assign(got->payload.begin(), got->payload.end());
            if (got->header.kind != wire::Kind::Progress) return answer;
            const auto chunk = wire::decode<wire::FifoChunk>(got->payload)->bytes.view;
            answer.progress.insert(answer.progress.end(), chunk.begin(), chunk.end());
        }
    }
    /// Sensor registers, with a pause after each.
    wire::I2cScriptDone writeSensor(const std::vector<sim::Write>& writes) {
        std::vector<std::uint8_t> operations;
        for (const auto& [address, value] : writes)
            operations.insert(operations.end(),
                              {static_cast<std::uint8_t>(wire::I2cOp::Write), 2, address, value});
        last = exchange(wire::Opcode::I2cScript,
                        wire::I2cScriptRequest{.address = 0x30, .pauseUs = 1000, .operations = {operations}});
        return wire::decode<wire::I2cScriptDone>(last.payload).value_or(wire::I2cScriptDone{});
    }
    wire::SpiBatchDone spi(const std::vector<std::uint8_t>& operations) {
        last = exchange(wire::Opcode::SpiBatch, wire::SpiBatchRequest{{operations}});
        return wire::decode<wire::SpiBatchDone>(last.payload).value_or(wire::SpiBatchDone{});
    }
    void pass(std::chrono::milliseconds time) { (void)transport->clock().sleepFor(time, {}); }
    /// Start-up and one size, settled.
    void start(unsigned width, unsigned height) {
        spi({static_cast<std::uint8_t>(wire::SpiOp::Write), 0x03, 0x02});
        exchange(wire::Opcode::SetClocks, wire::SetClocksRequest{8'000'000, 100'000});
        writeSensor({{0xFF, 0x01}, {0x12, 0x80}});
        pass(std::chrono::milliseconds{200});
        writeSensor(sim::writesFor(width, height));
        pass(std::chrono::milliseconds{400});
    }
    /// One capture read out whole; the CRC the board reckoned is in crc32.
    std::vector<std::uint8_t> picture() {
        const auto captured = exchange(wire::Opcode::Capture, wire::CaptureRequest{});
        const auto done = wire::decode<wire::CaptureDone>(captured.payload);
        if (!done || captured.header.kind != wire::Kind::Done) return {};
        auto read = exchange(wire::Opcode::ReadFifo, wire::ReadFifoRequest{.length = done->fifoBytes});
        crc32 = wire::decode<wire::ReadFifoDone>(read.payload).value_or(wire::ReadFifoDone{}).crc32;
        return std::move(read.progress);
    }

    std::unique_ptr<UsbTransport> transport;
    std::vector<std::byte> buffer = std::vector<std::byte>(4160);
    RawAnswer last;
    std::uint32_t crc32 = 0;
};

} // namespace framegate::simulation
