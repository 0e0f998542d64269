// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"
#include "pico/pico_i2c.h"
#include "pico/pico_spi.h"

namespace framegate::firmware {

/// The wires as plain pins of the chip (function SIO).
class PicoLines final : public LinePort {
public:
    /// \a spi and \a i2c get their pins back after a test.
    PicoLines(PicoSpi& spi, PicoI2c& i2c) : spi_(spi), i2c_(i2c) {}
    /// Switches the module's supply on, where the board has a switch.
    void begin();
    void take() override;
    void giveBack() override;
    void drive(wire::Line line, Drive drive) override;
    std::uint8_t levels() override;
    /// Counted in cycles of the core; a look takes a few of them.
    std::uint32_t riseNs(wire::Line line, std::uint32_t boundNs) override;
    bool setSupply(bool on) override;

private:
    PicoSpi& spi_;
    PicoI2c& i2c_;
};

/// The ADC channels that pins.h names.
class PicoAdc final : public AdcPort {
public:
    void begin();
    std::uint32_t railMv() override;
    std::uint32_t currentUa() override;
};

} // namespace framegate::firmware
