// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/messages.h"
#include "support/passing_transport.h"

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace framegate::test {

/// CPU time of the calling thread.
inline std::chrono::nanoseconds threadCpu() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

/// One request and its answer, in the bench's time.
struct TimelineEntry {
    wire::Opcode opcode{};
    bool crcOnly = false; ///< a FIFO burst that stays on the board
    std::chrono::nanoseconds begin{0};
    std::chrono::nanoseconds end{0};
    std::chrono::nanoseconds onBoard{0}; ///< as the board says; the rest of the time is USB's
};

struct Timeline {
    std::vector<TimelineEntry> entries;
    std::chrono::nanoseconds cpu{0}; ///< host CPU time below the transport: the simulated board, or libusb
};

/// Watches what passes a transport.
class TimelineTransport final : public PassingTransport {
public:
    TimelineTransport(std::unique_ptr<UsbTransport> inner, Timeline& timeline)
        : PassingTransport(std::move(inner)), timeline_(timeline) {}

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        begin(octets(bytes));
        return timed([&] { return PassingTransport::send(bytes, deadline, stop); });
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        auto count = timed([&] { return PassingTransport::receive(buffer, deadline, stop); });
        if (count) answered(octets(buffer.first(*count)));
        return count;
    }

private:
    static std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
        return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    }
    template <class Call>
    std::invoke_result_t<Call> timed(Call call) {
        const auto before = threadCpu();
        auto result = call();
        timeline_.cpu += threadCpu() - before;
        return result;
    }
    void begin(std::span<const std::uint8_t> bytes) {
        const auto frame = wire::readFrame(bytes);
        if (!frame) return;
        current_ = {frame->header.opcode, false, clock().now().sinceZero, {}, {}};
        if (frame->header.opcode != wire::Opcode::ReadFifo) return;
        if (const auto request = wire::decode<wire::ReadFifoRequest>(frame->payload))
            current_.crcOnly = (request->flags & wire::readCrcOnly) != 0;
    }
    void answered(std::span<const std::uint8_t> bytes) {
        const auto frame = wire::readFrame(bytes);
        if (!frame || frame->header.kind == wire::Kind::Progress) return;
        current_.end = clock().now().sinceZero;
        current_.onBoard = std::chrono::microseconds{elapsed(*frame)};
        timeline_.entries.push_back(current_);
    }
    static std::uint32_t elapsed(const wire::Frame& frame) {
        if (frame.header.kind != wire::Kind::Done) return 0;
        switch (frame.header.opcode) {
        case wire::Opcode::SpiBatch:
            return elapsedOf<wire::SpiBatchDone>(frame);
        case wire::Opcode::I2cScript:
            return elapsedOf<wire::I2cScriptDone>(frame);
        case wire::Opcode::Capture:
            return elapsedOf<wire::CaptureDone>(frame);
        case wire::Opcode::ReadFifo:
            return elapsedOf<wire::ReadFifoDone>(frame);
        default:
            return 0;
        }
    }
    template <class Done>
    static std::uint32_t elapsedOf(const wire::Frame& frame) {
        const auto done = wire::decode<Done>(frame.payload);
        return done ? done->elapsedUs : 0;
    }

    Timeline& timeline_;
    TimelineEntry current_;
};

} // namespace framegate::test
