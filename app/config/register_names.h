// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/fields.h"
#include "domain/sensor_description.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace framegate::config {

/// A register that a sensor file gives a name.
struct NamedRegister {
    std::string name;
    RegisterAddress at;
    bool readBack = true; ///< false: reading it says nothing of what was written
    bool port = false;    ///< data port of an indexed table: each write goes one place further inside
    bool kept = true;     ///< false: ports, indices, strobes: no part of the register image
};

/// What a sensor file says of its registers, and the reading of write lists by it.
class RegisterNames {
public:
    /// \a bankRegister none: the sensor has no banks. \a readBackUnnamed: whether registers without a name
    /// are read back.
    RegisterNames(std::uint8_t addressBytes, std::optional<std::uint8_t> bankRegister, bool readBackUnnamed)
        : addressBytes_(addressBytes), bankRegister_(bankRegister), readBackUnnamed_(readBackUnnamed) {}

    /// Reads the table `registers`.
    Result<> read(const Table& table);
    /// The register called what \a value says.
    Result<NamedRegister> named(const Value& value) const;
    /// Reads the keys `bank` (on sensors with banks) and `writes` of \a fields. A write is [register, value],
    /// [register, [values]] or [register, value, mask].
    Result<std::vector<RegisterWrite>> readWrites(Fields& fields) const;
    /// Names for messages: "COM7", or "register 0x3c of bank 1".
    std::string nameOf(RegisterAddress at) const;
    bool isPort(RegisterAddress at) const;
    const std::map<std::string, NamedRegister, std::less<>>& all() const { return byName_; }

private:
    std::int64_t lastAddress() const { return addressBytes_ == 1 ? 0xFF : 0xFFFF; }
    Result<std::uint8_t> readBank(Fields& fields) const;
    Result<NamedRegister> readNamed(const std::string& name, const Value& value) const;
    Result<NamedRegister> place(const Value& value, std::uint8_t bank) const;
    Result<> readEntry(const Value& entry, std::uint8_t bank, std::vector<RegisterWrite>& writes) const;
    Result<> readRun(const std::vector<Value>& values, const NamedRegister& first, std::uint8_t bank,
                     std::vector<RegisterWrite>& writes) const;
    Result<> append(const Value& value, NamedRegister place, std::vector<RegisterWrite>& writes) const;
    NamedRegister describe(RegisterAddress at) const;

    std::uint8_t addressBytes_;
    std::optional<std::uint8_t> bankRegister_;
    bool readBackUnnamed_;
    std::map<std::string, NamedRegister, std::less<>> byName_;
    std::map<RegisterAddress, std::string> byAddress_;
};

} // namespace framegate::config
