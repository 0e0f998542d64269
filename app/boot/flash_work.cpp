// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flash_work.h"

#include "boot/memory_map.h"

#include <algorithm>

namespace framegate::boot {
namespace {

// In milliseconds a sector.
constexpr double readWork = 12;
constexpr double writeWork = 18;
constexpr double eraseWork = 45;
constexpr double largeEraseWork = 12;

double sectorsIn(const std::vector<Stretch>& runs) {
    double bytes = 0;
    for (const auto& run : runs)
        bytes += run.size;
    return bytes / flashSectorBytes;
}

} // namespace

void FlashWork::done(double milliseconds) {
    done_ += milliseconds;
    left_ = std::max(left_ - milliseconds, 0.0);
    if (progress_) progress_(done_ / (done_ + left_));
}

double FlashWork::reading(double sectors) {
    return readWork * sectors;
}

double FlashWork::reading(const std::vector<Stretch>& runs) {
    return readWork * sectorsIn(runs);
}

double FlashWork::writing(const std::vector<Stretch>& runs) {
    return writeWork * sectorsIn(runs);
}

double FlashWork::erasing(const std::vector<EraseStep>& steps) {
    double work = 0;
    for (const auto& step : steps)
        work += sectorsIn({step.run}) * (step.large() ? largeEraseWork : eraseWork);
    return work;
}

double FlashWork::most(std::size_t sectors) {
    return static_cast<double>(sectors) * (2 * readWork + eraseWork + writeWork);
}

} // namespace framegate::boot
