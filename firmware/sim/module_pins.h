// SPDX-License-Identifier: MIT
#pragma once

#include "sim/lines.h"

#include <cstdint>
#include <optional>

namespace framegate::sim {

/// Simulated time in nanoseconds from the bench's zero.
using TimeNs = std::uint64_t;

/// The eight wires of a camera module as a bus master sees them. The masters: the firmware's ports on the
/// host, and an emulated chip. Thread-bound.
class ModulePins {
public:
    virtual ~ModulePins() = default;

    /// The module's supply comes on, or goes. It starts without.
    virtual void power(bool on, TimeNs now) = 0;

    /// The light in front of the module: bits of wire::Output that are on.
    virtual void lightUp(std::uint8_t outputs) { (void)outputs; }

    // SPI. Chip select is active low on the wire; here true means selected.
    virtual void chipSelect(bool selected, TimeNs now) = 0;
    /// Exchanges a byte whose last bit is clocked at \a now with the clock at \a clockHz; returns MISO.
    virtual std::uint8_t spiExchange(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz) = 0;

    // I2C. Each returns whether the module acknowledges.
    virtual bool i2cStart(std::uint8_t addressByte, TimeNs now) = 0;
    virtual bool i2cWrite(std::uint8_t byte, TimeNs now) = 0;
    virtual std::uint8_t i2cRead(TimeNs now) = 0;
    virtual void i2cStop(TimeNs now) = 0;
    /// Whether a line that everybody has let go of stays low.
    virtual bool i2cStuck() const = 0;

    // The wires as plain pins, whatever SPI and I2C do.
    /// Levels and currents once they have settled.
    virtual LineVolts settled(const LineDrives& drives) const = 0;
    /// From driven low to high, pulled up, the other wires as \a drives says, in nanoseconds; none where it
    /// stays low.
    virtual std::optional<double> riseNs(wire::Line line, const LineDrives& drives) const = 0;
};

} // namespace framegate::sim
