// SPDX-License-Identifier: GPL-3.0-or-later
//
// "Universal Serial Bus Mass Storage Class, Bulk-Only Transport", 5; SCSI Primary Commands.
#include "simulation/empty_drive.h"

#include <algorithm>

namespace framegate::simulation {
namespace {

constexpr std::size_t commandBytes = 31;
constexpr std::uint8_t requestSense = 0x03;
constexpr std::uint8_t inquiry = 0x12;

std::uint32_t word(const Octets& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | bytes[at + i];
    return value;
}

Octets inquiryAnswer() {
    Octets answer{0x00, 0x80, 0x02, 0x02, 31, 0, 0, 0}; // a removable disk
    for (const char letter : std::string("RPI     RP2             1   "))
        answer.push_back(static_cast<std::uint8_t>(letter));
    return answer;
}

/// Not ready, medium not present.
Octets senseAnswer() {
    Octets answer(18, 0);
    answer[0] = 0x70;
    answer[2] = 0x02;
    answer[7] = 10;
    answer[12] = 0x3A;
    return answer;
}

} // namespace

void EmptyDrive::reset() {
    in_.clear();
    dataOut_ = 0;
    halted_ = asked_ = false;
}

bool EmptyDrive::take(const Octets& bytes) {
    if (halted_) return false;
    if (dataOut_ > 0) {
        dataOut_ -= std::min<std::uint32_t>(dataOut_, static_cast<std::uint32_t>(bytes.size()));
        if (dataOut_ == 0) answer({}, false);
        return true;
    }
    const bool command = bytes.size() == commandBytes && word(bytes, 0) == 0x43425355 && in_.empty();
    if (!command) {
        halted_ = true;
        return false;
    }
    carryOut(bytes);
    return true;
}

void EmptyDrive::carryOut(const Octets& command) {
    std::copy_n(command.begin() + 4, 4, tag_.begin());
    expected_ = word(command, 8);
    asked_ = (command[12] & usbDirectionIn) != 0;
    const auto operation = command[15];
    if (!asked_ && expected_ > 0)
        dataOut_ = expected_;
    else if (operation == inquiry)
        answer(inquiryAnswer(), true);
    else if (operation == requestSense)
        answer(senseAnswer(), true);
    else
        answer({}, false);
}

/// Data that ends short where the host expects more, then the status.
void EmptyDrive::answer(const Octets& data, bool good) {
    Octets sent(data.begin(),
                data.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(data.size(), expected_)));
    const auto left = expected_ - static_cast<std::uint32_t>(sent.size());
    if (asked_ && expected_ > 0) in_.push_back(std::move(sent));
    Octets status{'U', 'S', 'B', 'S', tag_[0], tag_[1], tag_[2], tag_[3]};
    for (std::size_t i = 0; i < 4; ++i)
        status.push_back(static_cast<std::uint8_t>(left >> 8 * i));
    status.push_back(good ? 0 : 1);
    in_.push_back(std::move(status));
}

std::optional<Octets> EmptyDrive::give(std::size_t room) {
    if (in_.empty()) return std::nullopt;
    auto first = std::move(in_.front());
    in_.pop_front();
    first.resize(std::min(first.size(), room));
    return first;
}

} // namespace framegate::simulation
