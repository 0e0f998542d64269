// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/core.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace framegate::test {

/// Time that passes only when somebody waits or a bus is used.
struct FakeChipClock : firmware::ClockPort {
    std::uint64_t us = 0;
    std::uint32_t longestDelay = 0;
    std::uint64_t nowUs() override { return us; }
    void delayUs(std::uint32_t time) override {
        us += time;
        longestDelay = std::max(longestDelay, time);
    }
};

/// 128 registers and a FIFO that counts up, 1 us a byte.
struct FakeSpi : firmware::SpiPort {
    explicit FakeSpi(FakeChipClock& c) : clock(c) {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz / 2 * 2; }
    void select(bool on) override {
        selected = on;
        at = 0;
    }
    void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            clock.us += 1;
            const auto got = exchange(out[i]);
            if (!in.empty()) in[i] = got;
        }
    }
    void beginRead(std::span<std::uint8_t> in) override {
        for (auto& byte : in)
            byte = exchange(0);
        ends = clock.us + in.size();
    }
    bool readDone() override { return clock.us >= ends; }

    FakeChipClock& clock;
    std::array<std::uint8_t, 128> registers{};
    std::vector<std::pair<std::uint8_t, std::uint8_t>> writes;
    bool selected = false;
    std::uint64_t ends = 0;
    int pollsUntilDone = 0; ///< reads of 0x41 that still show not done

private:
    std::uint8_t exchange(std::uint8_t byte) {
        if (at++ == 0) {
            command = byte;
            fifoAt = 0;
            return 0;
        }
        if (command == 0x3C) return static_cast<std::uint8_t>(fifoAt++);
        if ((command & 0x80) != 0) {
            registers[command & 0x7F] = byte;
            writes.emplace_back(static_cast<std::uint8_t>(command & 0x7F), byte);
            return 0;
        }
        if (command == 0x41) return pollsUntilDone-- > 0 ? 0x01 : 0x09;
        return registers[command];
    }
    std::size_t at = 0;
    std::uint8_t command = 0;
    std::uint32_t fifoAt = 0;
};

/// A device at 0x30 with 256 registers; remembers when each START came.
struct FakeI2c : firmware::I2cPort {
    explicit FakeI2c(FakeChipClock& c) : clock(c) {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz; }
    firmware::I2cResult write(std::uint8_t address, std::span<const std::uint8_t> bytes,
                              bool holdBus) override {
        starts.push_back(clock.us);
        held = holdBus;
        clock.us += 90 * (1 + bytes.size());
        stops.push_back(clock.us);
        if (stuckLow) return firmware::I2cResult::Timeout;
        const bool contactOpen = nacksToCome-- > 0 || nacksAt.count(writes++) > 0;
        if (address != 0x30 || contactOpen) return firmware::I2cResult::Nack;
        if (!bytes.empty()) sub = bytes[0];
        if (bytes.size() == 2) registers[sub] = bytes[1];
        return firmware::I2cResult::Ok;
    }
    firmware::I2cResult read(std::uint8_t, std::span<std::uint8_t> bytes) override {
        clock.us += 90 * (1 + bytes.size());
        for (auto& byte : bytes)
            byte = registers[sub++];
        return firmware::I2cResult::Ok;
    }

    FakeChipClock& clock;
    std::array<std::uint8_t, 256> registers{};
    std::vector<std::uint64_t> starts;
    std::vector<std::uint64_t> stops;
    bool held = false;
    bool stuckLow = false;
    int nacksToCome = 0;
    std::set<unsigned> nacksAt; ///< indices of writes
    unsigned writes = 0;

private:
    std::uint8_t sub = 0;
};

/// Takes frames while it has room.
struct FakeLink : firmware::LinkPort {
    bool canSend(std::size_t) override { return room > 0; }
    void send(std::span<const std::uint8_t> frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        --room;
    }
    std::vector<std::vector<std::uint8_t>> frames;
    int room = 1'000'000;
};

struct FakeBoard : firmware::BoardPort {
    void setLed(wire::LedPattern pattern) override { led = pattern; }
    void reboot(wire::RebootTarget target) override {
        ++reboots;
        rebootTo = target;
    }
    wire::LedPattern led = wire::LedPattern::Off;
    wire::RebootTarget rebootTo = wire::RebootTarget::Firmware;
    int reboots = 0;
};

/// Six wires of a healthy module: SDA and SCL pulled up by it, whatever they are driven to else; and what may
/// be wrong with them.
struct FakeLines : firmware::LinePort {
    void take() override { taken = true; }
    void giveBack() override {
        taken = false;
        ++givenBack;
    }
    void drive(wire::Line line, firmware::Drive drive) override {
        drives[static_cast<std::size_t>(line)] = drive;
    }
    std::uint8_t levels() override {
        std::uint8_t high = 0;
        for (std::size_t i = 0; i < wire::lineCount; ++i)
            high |= static_cast<std::uint8_t>(levelOf(i) << i);
        if (shortedPair != 0 && (high & shortedPair) != shortedPair)
            high &= static_cast<std::uint8_t>(~shortedPair);
        return static_cast<std::uint8_t>((high & ~heldLow) | heldHigh);
    }
    std::uint32_t riseNs(wire::Line line, std::uint32_t boundNs) override {
        const auto bit = wire::lineBit(line);
        const std::uint32_t time = (bit & modulePulls) != 0 ? 180U : 2200U;
        return (bit & heldLow) != 0 || time > boundNs ? wire::neverRose : time;
    }
    bool setSupply(bool on) override {
        if (!hasSwitch) return false;
        supply = on;
        return true;
    }

    std::array<firmware::Drive, wire::lineCount> drives{};
    std::uint8_t modulePulls = wire::lineBit(wire::Line::Sda) | wire::lineBit(wire::Line::Scl);
    std::uint8_t heldLow = 0;
    std::uint8_t heldHigh = 0;
    std::uint8_t shortedPair = 0; ///< these follow the one that is low
    bool hasSwitch = false;
    bool supply = true;
    bool taken = false;
    int givenBack = 0;

private:
    unsigned levelOf(std::size_t i) const {
        using firmware::Drive;
        if (drives[i] == Drive::Low) return 0;
        const bool pulled = drives[i] == Drive::PullUp || drives[i] == Drive::High;
        return pulled || (modulePulls >> i & 1U) != 0 ? 1U : 0U;
    }
};

struct FakeAdc : firmware::AdcPort {
    std::uint32_t railMv() override { return mv; }
    std::uint32_t currentUa() override {
        if (lines != nullptr) drivesThen.push_back(lines->drives);
        return ua;
    }
    const FakeLines* lines = nullptr; ///< whose drives are to be remembered
    std::vector<std::array<firmware::Drive, wire::lineCount>> drivesThen;
    std::uint32_t mv = 3300;
    std::uint32_t ua = 70'000;
};

struct FakeOutputs : firmware::OutputPort {
    std::uint8_t available() override { return has; }
    void set(std::uint8_t levels) override { on.push_back(levels); }
    std::uint8_t has = 0x06;
    std::vector<std::uint8_t> on;
};

/// The firmware's core on fake ports.
struct FakeChip {
    FakeChipClock clock;
    FakeSpi spi{clock};
    FakeI2c i2c{clock};
    FakeLink link;
    FakeBoard board;
    FakeLines lines;
    FakeAdc adc;
    FakeOutputs outputs;
    firmware::Core core{{clock, spi, i2c, link, board, &lines, &adc, &outputs}, identity()};

    static firmware::BoardIdentity identity() {
        firmware::BoardIdentity identity;
        identity.version = "1.2.3";
        identity.gitHash = "abcdef";
        identity.id[7] = 7;
        return identity;
    }

    template <class Message>
    void ask(wire::Opcode opcode, const Message& message, std::uint16_t tag = 5) {
        std::vector<std::uint8_t> frame(wire::frameLimit);
        frame.resize(
            wire::writeMessage(frame, {.kind = wire::Kind::Request, .opcode = opcode, .tag = tag}, message));
        core.receive(frame);
    }
    /// Lets the core work until it is idle; time passes when it waits. Returns false if it never gets there.
    bool finish() {
        for (int i = 0; i < 100'000; ++i) {
            if (!core.poll()) clock.us += 10;
            if (!core.busy()) return true;
        }
        return false;
    }
    wire::Frame last() const { return wire::readFrame(link.frames.back()).value(); }
    wire::Status status() const { return last().header.status; }
    template <class Message>
    Message answer() const {
        return wire::decode<Message>(last().payload).value();
    }
};

} // namespace framegate::test
