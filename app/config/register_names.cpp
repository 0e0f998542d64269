// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/register_names.h"

#include <fmt/format.h>

namespace framegate::config {

Result<std::uint8_t> RegisterNames::readBank(Fields& fields) const {
    if (!bankRegister_) return std::uint8_t{0};
    const auto bank = fields.integer<std::uint8_t>("bank", 0, 0xFF);
    if (auto read = fields.soFar(); !read) return passOn(read);
    return bank;
}

Result<NamedRegister> RegisterNames::readNamed(const std::string& name, const Value& value) const {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    NamedRegister named{name, {}, true, false, true};
    named.at.bank = fields.take(readBank(fields));
    named.at.address = fields.integer<std::uint16_t>("address", 0, lastAddress());
    named.port = fields.booleanOr(false, "port");
    named.kept = fields.booleanOr(true, "kept") && !named.port;
    named.readBack = fields.booleanOr(true, "read_back") && named.kept;
    fields.text("meaning");
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return named;
}

Result<> RegisterNames::read(const Table& table) {
    for (const auto& name : table.keys()) {
        const auto value = table.required(name);
        if (!value) return passOn(value);
        auto named = readNamed(name, *value);
        if (!named) return passOn(named);
        const auto [other, added] = byAddress_.try_emplace(named->at, name);
        if (!added) return value->refused(fmt::format("this register is called {} already", other->second));
        byName_.emplace(name, std::move(*named));
    }
    return {};
}

Result<NamedRegister> RegisterNames::named(const Value& value) const {
    const auto name = value.string();
    if (!name) return value.expected("the name of a register");
    const auto found = byName_.find(*name);
    if (found != byName_.end()) return found->second;
    return value.refused(fmt::format("no register is called \"{}\" in the table registers", *name));
}

NamedRegister RegisterNames::describe(RegisterAddress at) const {
    const auto found = byAddress_.find(at);
    if (found != byAddress_.end()) return byName_.find(found->second)->second;
    return {std::string(), at, readBackUnnamed_, false, true};
}

bool RegisterNames::isPort(RegisterAddress at) const {
    return describe(at).port;
}

std::string RegisterNames::nameOf(RegisterAddress at) const {
    const auto described = describe(at);
    if (!described.name.empty()) return described.name;
    return bankRegister_ ? fmt::format("register 0x{:02x} of bank {}", at.address, at.bank)
                         : fmt::format("register 0x{:04x}", at.address);
}

Result<NamedRegister> RegisterNames::place(const Value& value, std::uint8_t bank) const {
    if (value.isString()) {
        auto found = named(value);
        if (found && found->at.bank != bank)
            return value.refused(
                fmt::format("{} is in bank {}, not in bank {}", found->name, found->at.bank, bank));
        return found;
    }
    if (!value.isInteger()) return value.expected("the name or the address of a register");
    const auto address = value.integer(0, lastAddress());
    if (!address) return passOn(address);
    if (bankRegister_ && *address == *bankRegister_)
        return value.refused("this register selects the bank; the key bank does that");
    auto described = describe({bank, static_cast<std::uint16_t>(*address)});
    if (!described.name.empty())
        return value.refused(fmt::format("this register is called {}; write its name", described.name));
    return described;
}

Result<> RegisterNames::append(const Value& value, NamedRegister place,
                               std::vector<RegisterWrite>& writes) const {
    const auto byte = value.integer(0, 0xFF);
    if (!byte) return passOn(byte);
    writes.push_back({place.at, static_cast<std::uint8_t>(*byte), place.readBack, place.kept});
    return {};
}

Result<> RegisterNames::readRun(const std::vector<Value>& values, const NamedRegister& first,
                                std::uint8_t bank, std::vector<RegisterWrite>& writes) const {
    for (const auto& value : values) {
        const auto next = first.at.address + static_cast<std::int64_t>(&value - values.data());
        const bool inside =
            first.port || (next <= lastAddress() && !(bankRegister_ && next == *bankRegister_));
        if (!inside) return value.refused("the values run past the last register");
        const auto there = first.port ? first : describe({bank, static_cast<std::uint16_t>(next)});
        if (auto appended = append(value, there, writes); !appended) return appended;
    }
    return {};
}

Result<> RegisterNames::readEntry(const Value& entry, std::uint8_t bank,
                                  std::vector<RegisterWrite>& writes) const {
    const auto parts = entry.array();
    if (!parts) return passOn(parts);
    if (parts->size() != 2 && parts->size() != 3)
        return entry.refused("expected [register, value], [register, [values]] or [register, value, mask]");
    const auto at = place(parts->front(), bank);
    if (!at) return passOn(at);
    const auto& value = (*parts)[1];
    if (value.isArray() && parts->size() == 2) {
        const auto values = value.array();
        if (!values) return passOn(values);
        return readRun(*values, *at, bank, writes);
    }
    if (auto appended = append(value, *at, writes); !appended) return appended;
    if (parts->size() == 2) return {};
    const auto mask = parts->back().integer(0x01, 0xFF);
    if (!mask) return passOn(mask);
    writes.back().mask = static_cast<std::uint8_t>(*mask);
    return {};
}

Result<std::vector<RegisterWrite>> RegisterNames::readWrites(Fields& fields) const {
    const auto bank = readBank(fields);
    if (!bank) return passOn(bank);
    std::vector<RegisterWrite> writes;
    for (const auto& entry : fields.array("writes"))
        if (auto read = readEntry(entry, *bank, writes); !read) return passOn(read);
    if (auto read = fields.soFar(); !read) return passOn(read);
    return writes;
}

} // namespace framegate::config
