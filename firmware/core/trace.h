// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::firmware {

/// The newest bus transactions, while switched on. What does not fit pushes the oldest out.
class TraceRing {
public:
    static constexpr std::size_t capacity = 512;
    static constexpr std::size_t entriesOfOneAnswer = 200;

    bool on() const { return on_; }
    /// Switching on empties the ring.
    void setOn(bool on);
    void add(const wire::TraceEntry& entry);
    std::size_t size() const { return used_; }
    /// Entries pushed out since the ring was switched on.
    std::uint32_t lost() const { return lost_; }
    /// Moves the oldest entries out, as on the wire; as many as fit in one answer.
    std::span<const std::uint8_t> take();

private:
    std::array<wire::TraceEntry, capacity> entries_{};
    std::size_t first_ = 0;
    std::size_t used_ = 0;
    std::uint32_t lost_ = 0;
    bool on_ = false;
    std::array<std::uint8_t, entriesOfOneAnswer * wire::traceEntryBytes> taken_{};
};

/// An SPI port that writes down what it passes on: an entry for each chip-select pulse.
class TracedSpi final : public SpiPort {
public:
    TracedSpi(SpiPort& port, ClockPort& clock, TraceRing& ring) : port_(port), clock_(clock), ring_(ring) {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return port_.setClockHz(hz); }
    void select(bool selected) override;
    void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) override;
    void beginRead(std::span<std::uint8_t> in) override;
    bool readDone() override { return port_.readDone(); }

private:
    SpiPort& port_;
    ClockPort& clock_;
    TraceRing& ring_;
    bool open_ = false; ///< an entry is being made
    std::uint64_t begin_ = 0;
    wire::TraceEntry entry_;
};

/// An I2C port likewise: an entry for each write and each read.
class TracedI2c final : public I2cPort {
public:
    TracedI2c(I2cPort& port, ClockPort& clock, TraceRing& ring) : port_(port), clock_(clock), ring_(ring) {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return port_.setClockHz(hz); }
    I2cResult write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) override;
    I2cResult read(std::uint8_t address, std::span<std::uint8_t> bytes) override;

private:
    void note(wire::TraceKind kind, std::uint8_t address, std::span<const std::uint8_t> bytes,
              I2cResult result, std::uint64_t begin);

    I2cPort& port_;
    ClockPort& clock_;
    TraceRing& ring_;
};

} // namespace framegate::firmware
