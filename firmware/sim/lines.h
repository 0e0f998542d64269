// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"
#include "sim/faults.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace framegate::sim {

/// What the board puts on its end of the six signal wires, in the order of wire::Line.
using LineDrives = std::array<firmware::Drive, wire::lineCount>;

/// Volts and amperes once everything has settled.
struct LineVolts {
    std::array<double, wire::lineCount> atBoard{};  ///< against the board's ground
    std::array<double, wire::lineCount> atModule{}; ///< against the module's ground
    double rail = 0;                                ///< at the fixture's end of VCC
    double railAmps = 0;                            ///< out of the fixture
    double moduleSupply = 0;                        ///< between the module's VCC and GND

    /// Whether an input reads high.
    static bool high(double volts) { return volts > 1.5; }
    bool board(wire::Line line) const { return high(atBoard[static_cast<std::size_t>(line)]); }
    bool module(wire::Line line) const { return high(atModule[static_cast<std::size_t>(line)]); }
};

/// What the module does at the moment.
struct ModuleState {
    bool supplied = true;           ///< the fixture's supply is on
    bool standby = false;           ///< the sensor is powered down
    std::optional<bool> misoDriven; ///< level that the ArduChip drives; none: it lets MISO go
    bool sdaLow = false;            ///< the sensor pulls SDA low
};

/// The eight wires between board and module with what is at their ends: a network of resistors, drivers and
/// diodes, with the opens and shorts of a unit. Levels follow from Kirchhoff's laws; nothing is decided here.
/// Thread-bound.
///
/// Board: pulls of 50 to 80 kOhm and drivers of about 40 Ohm (RP2040 datasheet), a supply of 3.3 V that
/// limits its current. Module: pull-ups of 4.7 kOhm from SDA and SCL to its VCC, a diode from each wire to
/// VCC and one from GND, inputs of high impedance, a load that grows from 1.8 V on. Shorts are at the header,
/// on the module's side of a broken wire.
class Lines {
public:
    /// \a activeAmps and \a standbyAmps of a typical module; this one's, and its resistances, come from
    /// \a seed.
    Lines(const Faults& faults, std::uint64_t seed, double activeAmps, double standbyAmps);

    /// No open, no short, a module: every level is as it should be, so that nobody need ask.
    bool whole() const { return whole_; }
    LineVolts settled(const LineDrives& drives, const ModuleState& state) const;
    /// From driven low to high, pulled up, the other wires as \a drives says; none where it stays low.
    std::optional<double> riseNs(wire::Line line, LineDrives drives, const ModuleState& state) const;
    /// Whether the module gets what it needs to run while the SPI is at work.
    bool powered() const { return powered_; }

    /// Whether the module sees chip select go up between transactions.
    bool deselects() const { return deselects_; }

    /// What an SPI exchange of one bit comes to.
    struct SpiBit {
        bool selected = false; ///< the module sees chip select in both phases of the clock
        bool clocked = false;  ///< it sees a rising edge
        bool mosi = false;     ///< what it takes at that edge
        bool miso = false;     ///< what the board takes
    };
    SpiBit spiBit(bool mosi, std::optional<bool> miso) const;

    /// The board's I2C controller sees a line low that it has let go: it waits in vain.
    bool i2cStuck() const { return i2cStuck_; }
    /// START, addresses and acknowledgements get through.
    bool i2cReaches() const { return i2cReaches_; }

private:
    struct Spread {
        double pull = 0; ///< Ohm
        double driver = 0;
        double busPullUp = 0;
        double output = 0; ///< of the ArduChip's driver
        double pinFarad = 0;
        double moduleFarad = 0;
        double railVolt = 0;
        double activeAmps = 0;
        double standbyAmps = 0;
    };
    class Network;

    void build(Network& network, const LineDrives& drives, const ModuleState& state) const;
    void addBoard(Network& network, const LineDrives& drives, const ModuleState& state) const;
    void addModule(Network& network, const ModuleState& state) const;
    void addWires(Network& network) const;
    void judgeI2c();

    Faults faults_;
    Spread spread_;
    bool whole_ = true;
    bool powered_ = true;
    bool deselects_ = true;
    bool i2cStuck_ = false;
    bool i2cReaches_ = true;
    mutable std::array<std::optional<SpiBit>, 6> bits_; ///< by MOSI and MISO, once asked for
};

/// SPI and I2C at rest: CS high, SCK and MOSI low, the others pulled up.
LineDrives busesAtRest();

} // namespace framegate::sim
