// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/host_board.h"
#include "usb/usb_backend.h"

#include <cstring>
#include <memory>
#include <utility>

namespace framegate::test {

/// The firmware's host build with whatever is on its pins, as the other end of a USB cable.
class HostTransport final : public UsbTransport, private Clock {
public:
    explicit HostTransport(std::unique_ptr<sim::ModulePins> pins)
        : board_(firmware::BoardIdentity{}, std::move(pins)) {}

    Clock& clock() override { return *this; }
    Result<> send(std::span<const std::byte> bytes, Deadline, std::stop_token) override {
        board_.receive({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        return {};
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline, std::stop_token) override {
        const auto limit = static_cast<sim::TimeNs>(deadline.moment().sinceZero.count());
        for (;;) {
            auto& link = board_.link();
            const auto time = board_.clock().now();
            if (!link.empty() && link.frontArrives() <= time) break;
            if (time >= limit) return failure(ErrorKind::Timeout, "USB_TIMEOUT", "no answer came in time");
            if (!board_.step(limit)) board_.clock().advanceTo(limit);
        }
        const auto frame = board_.link().take().bytes;
        std::memcpy(buffer.data(), frame.data(), frame.size());
        return frame.size();
    }
    Result<std::size_t> control(UsbControlRequest, std::span<std::byte>, Deadline, std::stop_token) override {
        board_.resetLink();
        return std::size_t{0};
    }
    Result<> clearHalt(UsbPipe, Deadline, std::stop_token) override { return {}; }

private:
    ClockTime now() const override { return {std::chrono::nanoseconds(board_.clock().now())}; }
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token) override {
        board_.clock().advance(static_cast<sim::TimeNs>(duration.count()));
        return {};
    }

    mutable sim::HostBoard board_;
};

} // namespace framegate::test
