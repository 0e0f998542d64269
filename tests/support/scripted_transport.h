// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/messages.h"
#include "protocol/usb_identity.h"
#include "support/fake_clock.h"
#include "usb/usb_backend.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace framegate::test {

/// Plays prepared answers, one a receive, and remembers what was sent. Lives in a shared state, so that a
/// test can look at it after the board has taken the transport.
struct TransportScript {
    FakeClock clock;
    std::deque<Result<std::vector<std::uint8_t>>> answers;
    std::vector<std::vector<std::uint8_t>> sent;
    unsigned linkResets = 0;

    /// An answer to the next request, whose tag counts from 1.
    template <class Message>
    void reply(wire::Kind kind, wire::Opcode opcode, const Message& message, std::uint16_t tag = 1,
               wire::Status status = wire::Status::Ok) {
        std::vector<std::uint8_t> frame(wire::frameLimit);
        frame.resize(wire::writeMessage(frame, {kind, opcode, status, tag, 0}, message));
        answers.emplace_back(std::move(frame));
    }
    void fail(ErrorKind kind, std::string code) {
        answers.emplace_back(failure(kind, std::move(code), "scripted"));
    }
};

class ScriptedTransport : public UsbTransport {
public:
    explicit ScriptedTransport(TransportScript& script) : script_(script) {}
    Clock& clock() override { return script_.clock; }
    Result<> send(std::span<const std::byte> bytes, Deadline, std::stop_token) override {
        const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
        script_.sent.emplace_back(first, first + bytes.size());
        return {};
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline, std::stop_token) override {
        if (script_.answers.empty()) return failure(ErrorKind::Timeout, "USB_TIMEOUT", "nothing scripted");
        auto answer = std::move(script_.answers.front());
        script_.answers.pop_front();
        if (!answer) return passOn(answer);
        const auto bytes = std::as_bytes(std::span<const std::uint8_t>(*answer));
        std::copy(bytes.begin(), bytes.end(), buffer.begin());
        return bytes.size();
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte>, Deadline,
                                std::stop_token) override {
        if (request.request == wire::usbRequestResetLink) ++script_.linkResets;
        return std::size_t{0};
    }
    Result<> clearHalt(UsbPipe, Deadline, std::stop_token) override { return {}; }

private:
    TransportScript& script_;
};

} // namespace framegate::test
