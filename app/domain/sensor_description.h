// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// Where a sensor register is: its bank (always 0 on sensors without banks) and its address.
struct RegisterAddress {
    std::uint8_t bank = 0;
    std::uint16_t address = 0;
    auto operator<=>(const RegisterAddress&) const = default;
};

/// One register write of a start-up or size table, in the order in which it must be sent.
struct RegisterWrite {
    RegisterAddress at;
    std::uint8_t value = 0;
    bool readable = true; ///< false: reading it back says nothing (self-clearing, index ports, live values)
};

/// A register whose value tells which sensor this is.
struct IdentityRegister {
    RegisterAddress at;
    std::vector<std::uint8_t> accepted;
};

/// One JPEG size and what programs it. The writes are complete: after them the size is right whatever
/// size was set before.
struct SensorMode {
    Resolution size;
    std::vector<RegisterWrite> writes;
};

/// A sensor as data: what to write for start-up and for each size (fixtures/sensors). A value.
struct SensorDescription {
    std::string name;                         ///< "ov2640"
    std::uint8_t i2cAddress = 0;              ///< 7 bits
    std::uint8_t addressBytes = 1;            ///< bytes of a register address: 1 or 2
    std::optional<std::uint8_t> bankRegister; ///< register that selects the bank, on sensors that have banks
    std::vector<IdentityRegister> identity;
    RegisterWrite softReset;
    std::vector<RegisterWrite> base;      ///< start-up, after the soft reset
    std::vector<SensorMode> modes;        ///< in ascending size
    std::vector<std::string> provisional; ///< fields that no primary source settles
    std::string sha256;                   ///< of the file

    /// The mode of exactly this size, or null.
    const SensorMode* mode(Resolution size) const;
};

} // namespace framegate
