// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace framegate {

/// What whoever turns a lens should do next.
enum class FocusAdvice : std::uint8_t {
    GoOn,     ///< turn on, the way it is turned
    TurnBack, ///< the other way from now on
    Hold,     ///< leave it where it is
};

/// What the picture taken last says of a lens that is being set. Figures are in 1/pixel
/// (docs/measurements.md): the higher, the sharper.
struct FocusLook {
    double figure = 0; ///< of the whole picture
    double peak = 0;   ///< the best figure seen so far
    double centre = 0;
    std::array<double, 4> corners{}; ///< top left, top right, bottom left, bottom right
    FocusAdvice advice = FocusAdvice::GoOn;
    unsigned looks = 0; ///< pictures so far
    unsigned held = 0;  ///< of the last ones, in a row, those at the peak

    /// By how much the figure is below the peak, in %.
    double belowPeak() const { return peak > 0 ? 100 * (1 - figure / peak) : 0; }
};

/// "go on", "turn back", "hold".
const char* adviceText(FocusAdvice advice);
/// "focus 0.042, 94 % of the best: past the peak, turn back".
std::string focusText(const FocusLook& look);

} // namespace framegate
