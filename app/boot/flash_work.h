// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/block_erase.h"
#include "boot/flash_plan.h"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace framegate::boot {

/// Told as work goes on how much of it is done, 0 to 1, from the thread that does it.
using FlashProgress = std::function<void(double)>;

/// What a flashing still has to do, by the time that it takes on a slow board.
class FlashWork {
public:
    void tell(FlashProgress progress) { progress_ = std::move(progress); }
    /// So much is left, whatever was thought before.
    void expect(double milliseconds) { left_ = milliseconds; }
    void done(double milliseconds);

    static double reading(double sectors);
    static double reading(const std::vector<Stretch>& runs);
    static double writing(const std::vector<Stretch>& runs);
    static double erasing(const std::vector<EraseStep>& steps);
    /// The most that it can take, before anything of the board is known.
    static double most(std::size_t sectors);

private:
    FlashProgress progress_;
    double done_ = 0;
    double left_ = 0;
};

} // namespace framegate::boot
