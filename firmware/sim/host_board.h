// SPDX-License-Identifier: MIT
#pragma once

#include "core/core.h"
#include "core/ports.h"
#include "sim/lines.h"
#include "sim/module_pins.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace framegate::sim {

/// Simulated time. Only the simulation moves it, and only forwards.
class SimClock : public firmware::ClockPort {
public:
    std::uint64_t nowUs() override { return now_ / 1000; }
    void delayUs(std::uint32_t us) override { advance(TimeNs{us} * 1000); }
    TimeNs now() const { return now_; }
    void advance(TimeNs time) { now_ += time; }
    void advanceTo(TimeNs moment) { now_ = std::max(now_, moment); }

private:
    TimeNs now_ = 0;
};

/// The SPI controller: each byte takes eight clocks. A background read is on the bus from its begin.
class HostSpi : public firmware::SpiPort {
public:
    HostSpi(SimClock& clock, std::unique_ptr<ModulePins>& module) : clock_(clock), module_(module) {}
    std::uint32_t setClockHz(std::uint32_t hz) override;
    void select(bool selected) override;
    void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) override;
    void beginRead(std::span<std::uint8_t> in) override;
    bool readDone() override { return clock_.now() >= readEnds_; }
    TimeNs readEnds() const { return readEnds_; }

private:
    TimeNs byteTime() const { return 8'000'000'000ULL / clockHz_; }

    SimClock& clock_;
    std::unique_ptr<ModulePins>& module_;
    std::uint32_t clockHz_ = 1'000'000;
    TimeNs readEnds_ = 0;
};

/// The I2C controller, timed bit by bit: nine a byte, one each for START and STOP.
class HostI2c : public firmware::I2cPort {
public:
    HostI2c(SimClock& clock, std::unique_ptr<ModulePins>& module) : clock_(clock), module_(module) {}
    std::uint32_t setClockHz(std::uint32_t hz) override;
    firmware::I2cResult write(std::uint8_t address, std::span<const std::uint8_t> bytes,
                              bool holdBus) override;
    firmware::I2cResult read(std::uint8_t address, std::span<std::uint8_t> bytes) override;

private:
    void passBits(unsigned count) { clock_.advance(TimeNs{count} * 1'000'000'000 / clockHz_); }
    bool start(std::uint8_t addressByte);
    void stop();
    bool stuck();

    SimClock& clock_;
    std::unique_ptr<ModulePins>& module_;
    std::uint32_t clockHz_ = 100'000;
};

/// What a fixture has beside the eight wires.
struct FixtureWiring {
    bool measuresSupply = true; ///< rail and current go to ADC channels
    bool supplySwitch = false;  ///< the module's supply can be switched off
    std::uint8_t outputs = 0;   ///< bits of wire::Output: lights and shutter
};

/// The wires as plain pins. The module is asked for what is at them; without one nothing is.
class HostLines : public firmware::LinePort {
public:
    HostLines(SimClock& clock, std::unique_ptr<ModulePins>& module, FixtureWiring wiring)
        : clock_(clock), module_(module), wiring_(wiring), drives_(busesAtRest()) {}
    void take() override { drives_.fill(firmware::Drive::Float); }
    void giveBack() override { drives_ = busesAtRest(); }
    void drive(wire::Line line, firmware::Drive drive) override;
    std::uint8_t levels() override;
    std::uint32_t riseNs(wire::Line line, std::uint32_t boundNs) override;
    bool setSupply(bool on) override;
    LineVolts settled() const;

private:
    static Faults emptySlot();

    SimClock& clock_;
    std::unique_ptr<ModulePins>& module_;
    const FixtureWiring wiring_;
    const Lines nothing_{emptySlot(), 0, 0, 0};
    LineDrives drives_;
};

/// Twelve bits: the rail behind a divider by two, the current as 2.5 V an ampere.
class HostAdc : public firmware::AdcPort {
public:
    HostAdc(const HostLines& lines, FixtureWiring wiring) : lines_(lines), wiring_(wiring) {}
    std::uint32_t railMv() override;
    std::uint32_t currentUa() override;

private:
    const HostLines& lines_;
    const FixtureWiring wiring_;
};

/// Lights and shutter: what is in front of the module is lit by them.
class HostOutputs : public firmware::OutputPort {
public:
    HostOutputs(std::unique_ptr<ModulePins>& module, FixtureWiring wiring)
        : module_(module), wiring_(wiring) {}
    std::uint8_t available() override { return wiring_.outputs; }
    void set(std::uint8_t levels) override {
        if (module_) module_->lightUp(levels);
    }

private:
    std::unique_ptr<ModulePins>& module_;
    const FixtureWiring wiring_;
};

/// A frame on its way to the host and when its last packet is through.
struct SentFrame {
    std::vector<std::uint8_t> bytes;
    TimeNs arrives = 0;
};

/// The bulk IN endpoint of a full-speed device whose host always listens: 64-byte packets, 50 us each, and
/// room for two frames.
class HostLink : public firmware::LinkPort {
public:
    explicit HostLink(SimClock& clock) : clock_(clock) {}
    bool canSend(std::size_t size) override;
    void send(std::span<const std::uint8_t> frame) override;

    bool empty() const { return frames_.empty(); }
    TimeNs frontArrives() const { return frames_.front().arrives; }
    SentFrame take();
    /// When the next frame leaves its buffer; none while the link is idle.
    std::optional<TimeNs> nextDeparture() const;
    void clear() { frames_.clear(); }
    static TimeNs transferTime(std::size_t bytes);

private:
    SimClock& clock_;
    std::deque<SentFrame> frames_;
    TimeNs busyUntil_ = 0;
};

/// LED and reboot, remembered.
class HostBoardPort : public firmware::BoardPort {
public:
    void setLed(wire::LedPattern pattern) override { led = pattern; }
    void reboot(wire::RebootTarget target) override { rebootTo = target; }
    wire::LedPattern led = wire::LedPattern::Off;
    std::optional<wire::RebootTarget> rebootTo;
};

/// A Pico that runs the firmware's own code, with a module on its pins. Thread-bound.
class HostBoard {
public:
    /// Powers board and module up: time starts at zero. Without a module its pins float.
    HostBoard(const firmware::BoardIdentity& identity, std::unique_ptr<ModulePins> module,
              FixtureWiring wiring = {});
    HostBoard(const HostBoard&) = delete;
    HostBoard& operator=(const HostBoard&) = delete;

    SimClock& clock() { return clock_; }
    HostLink& link() { return link_; }
    HostBoardPort& port() { return port_; }
    /// One frame arrives over USB; it takes the bus's time.
    void receive(std::span<const std::uint8_t> frame);
    /// Lets the firmware work a piece, or time pass to the next thing that happens, but not beyond \a limit.
    /// Returns false when nothing more will happen by itself.
    bool step(TimeNs limit);
    void resetLink();
    /// The chip starts anew: the firmware has forgotten everything, the module has not, and time goes on.
    void restart(const firmware::BoardIdentity& identity);
    /// Board and module lose their power, and have it again.
    void powerCycle(const firmware::BoardIdentity& identity);

private:
    void startCore(const firmware::BoardIdentity& identity);

    SimClock clock_;
    std::unique_ptr<ModulePins> module_;
    HostSpi spi_{clock_, module_};
    HostI2c i2c_{clock_, module_};
    HostLink link_{clock_};
    HostBoardPort port_;
    HostLines lines_;
    HostAdc adc_;
    HostOutputs outputs_;
    std::optional<firmware::Core> core_; ///< never empty
};

} // namespace framegate::sim
