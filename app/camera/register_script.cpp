// SPDX-License-Identifier: GPL-3.0-or-later
#include "camera/register_script.h"

#include "protocol/frame.h"

namespace framegate {
namespace {

// Room for the request's own fields and for the bank select and the operation that come next.
constexpr std::size_t fullPart = wire::payloadLimit - 64;

} // namespace

RegisterScript::Part& RegisterScript::part() {
    if (parts_.empty() || parts_.back().script.bytes().size() >= fullPart) {
        parts_.emplace_back();
        bank_.reset();
    }
    return parts_.back();
}

/// The part that takes the next access, with the access's bank selected.
RegisterScript::Part& RegisterScript::partFor(RegisterAddress at) {
    auto& current = part();
    if (!sensor_.bankRegister || bank_ == at.bank) return current;
    current.script.write(std::vector<std::uint8_t>{*sensor_.bankRegister, at.bank});
    current.checks.emplace_back();
    bank_ = at.bank;
    return current;
}

std::vector<std::uint8_t> RegisterScript::addressOf(RegisterAddress at) const {
    std::vector<std::uint8_t> bytes;
    if (sensor_.addressBytes == 2) bytes.push_back(static_cast<std::uint8_t>(at.address >> 8));
    bytes.push_back(static_cast<std::uint8_t>(at.address));
    return bytes;
}

void RegisterScript::write(const RegisterWrite& write) {
    auto& current = partFor(write.at);
    auto bytes = addressOf(write.at);
    bytes.push_back(write.value);
    current.script.write(bytes);
    current.checks.emplace_back();
}

void RegisterScript::check(const RegisterWrite& expected) {
    auto& current = partFor(expected.at);
    current.script.check(addressOf(expected.at), expected.mask, expected.value);
    current.checks.emplace_back(expected);
}

void RegisterScript::read(RegisterAddress at) {
    auto& current = partFor(at);
    current.script.read(addressOf(at), 1);
    current.checks.emplace_back();
}

void RegisterScript::delay(std::chrono::microseconds time) {
    auto& current = part();
    current.script.delay(time);
    current.checks.emplace_back();
}

} // namespace framegate
