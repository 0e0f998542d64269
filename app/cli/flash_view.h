// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flashing/board_flashing.h"

#include <chrono>
#include <map>
#include <span>
#include <string>

namespace framegate {

/// Shows on standard error how boards are flashed: on a terminal a bar with the time left and a line a board,
/// elsewhere a line for each stage that begins. Calls come one at a time.
class FlashView {
public:
    FlashView(bool onTerminal, std::span<const FlashTarget> targets);
    void show(const FlashTarget& target, FlashStage stage, double share);
    /// Takes the bar away.
    void finish();
    /// The bar as it stands after \a elapsed.
    std::string barLine(std::chrono::duration<double> elapsed) const;

private:
    struct Line {
        FlashStage stage = FlashStage::ToBootsel;
        double share = 0; ///< of all three stages
    };
    void draw();

    bool onTerminal_;
    std::map<std::string, Line> boards_; ///< by their text
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::size_t linesOnScreen_ = 0;
};

} // namespace framegate
