// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/frame.h"

#include <cstdint>
#include <random>
#include <vector>

namespace framegate::test {

/// Frames that a host gone mad might send, the same for the same seed: right ones with nonsense in them, cut,
/// lengthened and damaged ones, and noise.
class RandomFrames {
public:
    /// \a rebooting: whether a Reboot that would be obeyed may be among them.
    RandomFrames(std::uint32_t seed, bool rebooting) : random_(seed), rebooting_(rebooting) {}

    std::vector<std::uint8_t> next() {
        const auto dice = pick(10);
        auto frame = dice == 0 ? noise() : wellFormed();
        if (dice == 1) frame[pick(frame.size())] ^= static_cast<std::uint8_t>(1U << pick(8));
        if (dice == 2) frame.resize(pick(frame.size()));
        if (dice == 3) frame.resize(frame.size() + 1 + pick(pick(8) == 0 ? 6000 : 80));
        return frame;
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }

    std::vector<std::uint8_t> noise() {
        std::vector<std::uint8_t> bytes(pick(300));
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random_());
        return bytes;
    }

    std::uint8_t small() { return static_cast<std::uint8_t>(pick(8) == 0 ? random_() : pick(6)); }
    void add(std::vector<std::uint8_t>& to, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            to.push_back(small());
    }
    void addTime(std::vector<std::uint8_t>& to) {
        for (const auto byte :
             {pick(250), pick(4), pick(20) == 0 ? pick(250) : 0, pick(200) == 0 ? pick(250) : 0})
            to.push_back(static_cast<std::uint8_t>(byte));
    }

    /// Operations as they should be, of values as they come.
    std::vector<std::uint8_t> list(bool i2c) {
        std::vector<std::uint8_t> bytes;
        for (auto left = pick(8); left > 0; --left) {
            const auto op = static_cast<std::uint8_t>(1 + pick(i2c ? 5 : 4));
            bytes.push_back(op);
            if (op == 3) {
                addTime(bytes);
                continue;
            }
            if (i2c) bytes.push_back(static_cast<std::uint8_t>(1 + pick(3)));
            add(bytes, i2c ? bytes.back() : 1U); // the bytes to be sent, or the register
            if (op == 1 && !i2c) add(bytes, 1);
            if (op == 2 && i2c) bytes.push_back(static_cast<std::uint8_t>(1 + pick(64)));
            if (op >= 4) add(bytes, 2);
            if (op == 4) addTime(bytes), addTime(bytes);
        }
        return bytes;
    }

    std::vector<std::uint8_t> payloadOf(wire::Opcode opcode) {
        std::vector<std::uint8_t> payload;
        const bool i2c = opcode == wire::Opcode::I2cScript;
        if (pick(3) == 0 || (!i2c && opcode != wire::Opcode::SpiBatch)) {
            add(payload, pick(40));
            return payload;
        }
        if (i2c)
            payload = {static_cast<std::uint8_t>(pick(3) == 0 ? pick(256) : 0x30), small(), small(), 0, 0, 0};
        const auto operations = list(i2c);
        payload.push_back(static_cast<std::uint8_t>(operations.size()));
        payload.push_back(0);
        payload.insert(payload.end(), operations.begin(), operations.end());
        return payload;
    }

    std::vector<std::uint8_t> wellFormed() {
        const auto opcode = static_cast<wire::Opcode>(pick(16));
        auto payload = payloadOf(opcode);
        const bool leaves = opcode == wire::Opcode::Reboot && payload.size() == 1 && payload[0] <= 1;
        if (leaves && !rebooting_) payload.clear();
        const wire::Header header{pick(8) == 0 ? static_cast<wire::Kind>(pick(6)) : wire::Kind::Request,
                                  opcode, wire::Status::Ok, static_cast<std::uint16_t>(random_()), 0};
        std::vector<std::uint8_t> frame(512);
        frame.resize(wire::writeFrame(frame, header, payload));
        return frame;
    }

    std::mt19937 random_;
    bool rebooting_;
};

} // namespace framegate::test
