// SPDX-License-Identifier: MIT
//
// What the test firmware needs of the chip it runs on. Implemented by firmware/pico on the chip and by
// firmware/sim on the host. No heap, no exceptions, no virtual destructors: whoever makes a port owns it.
#pragma once

#include "protocol/messages.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::firmware {

/// Time. Thread-bound, like all ports.
class ClockPort {
public:
    virtual std::uint64_t nowUs() = 0;
    /// Lets at least \a us pass, at most 5 % and 20 us more.
    virtual void delayUs(std::uint32_t us) = 0;

protected:
    ~ClockPort() = default;
};

/// SPI mode 0, eight bits, most significant first, with the module's chip select.
class SpiPort {
public:
    /// Sets the clock to the nearest the chip can do that is not faster; says which.
    virtual std::uint32_t setClockHz(std::uint32_t hz) = 0;
    /// Drives the chip select: true pulls CS low.
    virtual void select(bool selected) = 0;
    /// Exchanges \a out.size() bytes; \a in is empty or as long. Returns when done.
    virtual void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) = 0;
    /// Starts reading \a in.size() bytes while sending zeros, in the background; \a in must stay.
    virtual void beginRead(std::span<std::uint8_t> in) = 0;
    /// Whether the read begun last is complete.
    virtual bool readDone() = 0;

protected:
    ~SpiPort() = default;
};

enum class I2cResult : std::uint8_t { Ok, Nack, Timeout };

/// I2C controller. Every call is bounded in time.
class I2cPort {
public:
    virtual std::uint32_t setClockHz(std::uint32_t hz) = 0;
    /// START, address, \a bytes, then STOP unless \a holdBus.
    virtual I2cResult write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) = 0;
    /// START (repeated, after a held bus), address, \a bytes.size() bytes, STOP.
    virtual I2cResult read(std::uint8_t address, std::span<std::uint8_t> bytes) = 0;

protected:
    ~I2cPort() = default;
};

/// The way to the host: whole frames.
class LinkPort {
public:
    /// Whether a frame of \a size bytes can be taken now.
    virtual bool canSend(std::size_t size) = 0;
    /// Takes a whole frame; call only after canSend. The bytes are copied or sent before it returns.
    virtual void send(std::span<const std::uint8_t> frame) = 0;

protected:
    ~LinkPort() = default;
};

/// The board itself.
class BoardPort {
public:
    virtual void setLed(wire::LedPattern pattern) = 0;
    /// Reboots once the link has drained; may return before that.
    virtual void reboot(wire::RebootTarget target) = 0;

protected:
    ~BoardPort() = default;
};

/// What is put on a signal wire from the board's side: nothing, a weak pull, or a driver.
enum class Drive : std::uint8_t { Float, PullUp, PullDown, Low, High };

/// The six signal wires as plain pins, for the line test.
class LinePort {
public:
    /// Takes the wires from SPI and I2C, all floating. MISO, SDA and SCL are inputs of the board in normal
    /// work; a driver on them is held for microseconds only.
    virtual void take() = 0;
    /// Gives them back, with the pulls that SPI and I2C have.
    virtual void giveBack() = 0;
    virtual void drive(wire::Line line, Drive drive) = 0;
    /// A bit per wire: high.
    virtual std::uint8_t levels() = 0;
    /// Lets a wire go that was driven low, with the pull-up on: time until it reads high, ns, or
    /// wire::neverRose after \a boundNs.
    virtual std::uint32_t riseNs(wire::Line line, std::uint32_t boundNs) = 0;
    /// Switches the module's supply; false: the board has no switch and did nothing.
    virtual bool setSupply(bool on) = 0;

protected:
    ~LinePort() = default;
};

/// The board's ADC channels at the module's supply. A board may have either, both or none.
class AdcPort {
public:
    /// The supply at the module, mV, or wire::notMeasured.
    virtual std::uint32_t railMv() = 0;
    /// The current into the module, uA, or wire::notMeasured.
    virtual std::uint32_t currentUa() = 0;

protected:
    ~AdcPort() = default;
};

/// Lights and shutter of the fixture, off at the start.
class OutputPort {
public:
    /// Bits of wire::Output that the board has.
    virtual std::uint8_t available() = 0;
    /// Switches all that are available: a bit each.
    virtual void set(std::uint8_t levels) = 0;

protected:
    ~OutputPort() = default;
};

/// What Hello says of the board.
struct BoardIdentity {
    const char* version = "";
    const char* gitHash = "";
    std::uint8_t id[8] = {};
    wire::Chip chip = wire::Chip::Host;
    std::uint8_t flags = 0;
    std::uint32_t spiHzMax = 8'000'000;
    std::uint32_t i2cHzMax = 400'000;
};

/// All of the above.
struct Ports {
    ClockPort& clock;
    SpiPort& spi;
    I2cPort& i2c;
    LinkPort& link;
    BoardPort& board;
    LinePort* lines = nullptr;     ///< null: the board cannot test its wires
    AdcPort* adc = nullptr;        ///< null: the board measures no supply
    OutputPort* outputs = nullptr; ///< null: the board switches nothing
};

} // namespace framegate::firmware
