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

bool OperationList::take(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > bytes_.size()) return false;
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    size_ = bytes.size();
    next_ = 0;
    index = 0;
    return true;
}

} // namespace framegate::firmware
