// SPDX-License-Identifier: MIT
#include "core/operations.h"

#include <algorithm>

namespace framegate::firmware {

bool Pause::wait(ClockPort& clock) {
    constexpr std::uint64_t slice = 1000;
    const auto now = clock.nowUs();
    if (now >= until_) return false;
    clock.delayUs(static_cast<std::uint32_t>(std::min(slice, until_ - now)));
    return true;
}

bool PollLoop::resting(ClockPort& clock, const PollTarget& target) {
    if (running_) return pause_.wait(clock);
    running_ = true;
    until_ = clock.nowUs() + target.deadlineUs;
    return false;
}

PollLoop::Look PollLoop::judge(ClockPort& clock, const PollTarget& target, std::uint8_t byte) {
    if ((byte & target.mask) == target.value) return Look::Found;
    if (clock.nowUs() >= until_) return Look::TooLate;
    pause_.begin(clock, target.intervalUs);
    return Look::Again;
}

bool OperationList::take(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > bytes_.size()) return false;
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    size_ = bytes.size();
    next_ = 0;
    index = 0;
    return true;
}

} // namespace framegate::firmware
