// SPDX-License-Identifier: MIT
#pragma once

#include "core/operations.h"

namespace framegate::firmware {

/// The wires' levels under pulls and drivers, one wire a piece. Whatever ends it, the wires go back to SPI
/// and I2C and the module's supply comes on again.
class LineTest {
public:
    /// Statuses: BadArgument, Unsupported where the board lacks the port or the supply's switch.
    wire::Status start(const wire::LineTestRequest& request, Ports& ports);
    Progress advance(Ports& ports);
    wire::LineTestDone done() const { return done_; }
    /// Restores wires and supply.
    void stop(Ports& ports);

private:
    enum class Stage : std::uint8_t { Discharge, Pulls, Drivers, PowerUp };

    void pullAll(LinePort& lines, Drive drive);
    std::uint8_t settled(Ports& ports);
    void measureSupply(Ports& ports);
    void testPulls(Ports& ports);
    void testDrivers(Ports& ports);
    void restore(Ports& ports);

    wire::LineTestRequest request_;
    wire::LineTestDone done_;
    Pause pause_;
    Stage stage_ = Stage::Discharge;
    std::uint8_t line_ = 0; ///< the wire at hand
    std::uint64_t begin_ = 0;
    bool taken_ = false;
    bool supplyOff_ = false;
};

} // namespace framegate::firmware
