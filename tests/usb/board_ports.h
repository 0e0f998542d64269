// SPDX-License-Identifier: GPL-3.0-or-later
//
// The firmware's ports for a board on a simulated USB bus: time that passes only when the firmware waits, a
// module that is a few registers and an endless FIFO.
#pragma once

#include "core/core.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace framegate::test {

class FakeBoardClock : public firmware::ClockPort {
public:
    std::uint64_t nowUs() override { return now_++; }
    void delayUs(std::uint32_t us) override { now_ += us; }

private:
    std::uint64_t now_ = 0;
};

/// What the FIFO gives at \a position of a burst: no value comes twice in the same place of two packets.
constexpr std::uint8_t fifoByte(std::size_t position) {
    return static_cast<std::uint8_t>((position * 2654435761U) >> 13);
}

/// An ArduChip's registers, and a FIFO that never ends.
class FakeSpi : public firmware::SpiPort {
public:
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz; }
    void select(bool selected) override {
        if (selected) position_ = 0;
    }
    void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) override {
        if (out.size() < 2) return; // the burst's command
        auto& value = registers_[out[0] & 0x7FU];
        if ((out[0] & 0x80U) != 0) value = out[1];
        if (!in.empty()) in.back() = value;
    }
    void beginRead(std::span<std::uint8_t> in) override {
        for (auto& byte : in)
            byte = fifoByte(position_++);
    }
    bool readDone() override { return true; }

private:
    std::array<std::uint8_t, 128> registers_{};
    std::size_t position_ = 0;
};

/// A bus on which nobody answers.
class EmptyI2c : public firmware::I2cPort {
public:
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz; }
    firmware::I2cResult write(std::uint8_t, std::span<const std::uint8_t>, bool) override {
        return firmware::I2cResult::Nack;
    }
    firmware::I2cResult read(std::uint8_t, std::span<std::uint8_t>) override {
        return firmware::I2cResult::Nack;
    }
};

/// Room for two frames, as on the chip: the firmware waits until the host has taken one.
class FakeLink : public firmware::LinkPort {
public:
    bool canSend(std::size_t) override { return frames.size() < 2; }
    void send(std::span<const std::uint8_t> frame) override {
        frames.emplace_back(frame.begin(), frame.end());
    }
    std::deque<std::vector<std::uint8_t>> frames;
};

class FakeBoardPort : public firmware::BoardPort {
public:
    void setLed(wire::LedPattern) override {}
    void reboot(wire::RebootTarget) override {}
};

/// The firmware on all of these.
class FakeBoard {
public:
    void receive(std::span<const std::uint8_t> frame) { core_.receive(frame); }
    /// Works until there is a frame for the host, and gives it; empty when there will be none.
    std::vector<std::uint8_t> nextFrame() {
        while (link_.frames.empty() && core_.poll()) {
        }
        if (link_.frames.empty()) return {};
        auto frame = std::move(link_.frames.front());
        link_.frames.pop_front();
        return frame;
    }
    void resetLink() {
        core_.abort();
        link_.frames.clear();
    }

private:
    static firmware::BoardIdentity identity() {
        firmware::BoardIdentity identity;
        identity.version = "0.1.0";
        identity.gitHash = "mock";
        const std::uint8_t id[8] = {0xF6, 'M', 'O', 'C', 'K', 0, 0, 1};
        std::copy(std::begin(id), std::end(id), std::begin(identity.id));
        identity.flags = wire::flagVirtual;
        return identity;
    }

    FakeBoardClock clock_;
    FakeSpi spi_;
    EmptyI2c i2c_;
    FakeLink link_;
    FakeBoardPort port_;
    firmware::Core core_{{clock_, spi_, i2c_, link_, port_}, identity()};
};

} // namespace framegate::test
