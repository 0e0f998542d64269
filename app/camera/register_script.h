// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/fixture_board.h"
#include "domain/sensor_description.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace framegate {

/// A run of register accesses as I2C scripts, each short enough for one request. Bank selects are put in
/// where the bank changes; every script starts with one, so that none relies on what came before.
class RegisterScript {
public:
    explicit RegisterScript(const SensorDescription& sensor) : sensor_(sensor) {}

    void write(const RegisterWrite& write);
    /// Reads a register and compares.
    void check(const RegisterWrite& expected);
    void read(RegisterAddress at);
    void delay(std::chrono::microseconds time);

    struct Part {
        I2cScript script;
        std::vector<std::optional<RegisterWrite>>
            checks; ///< by operation: what it checked, if it was a check
    };
    const std::vector<Part>& parts() const { return parts_; }

private:
    Part& part();
    Part& partFor(RegisterAddress at);
    std::vector<std::uint8_t> addressOf(RegisterAddress at) const;

    const SensorDescription& sensor_;
    std::vector<Part> parts_;
    std::optional<std::uint8_t> bank_;
};

} // namespace framegate
