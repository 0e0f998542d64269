// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/focus.h"

#include <fmt/format.h>

namespace framegate {
const char* adviceText(FocusAdvice advice) {
    switch (advice) {
    case FocusAdvice::TurnBack:
        return "turn back";
    case FocusAdvice::Hold:
        return "hold";
    case FocusAdvice::GoOn:
        break;
    }
    return "go on";
}

std::string focusText(const FocusLook& look) {
    return fmt::format("focus {:.4f}, {:.0f} % of the best: {}", look.figure, 100 - look.belowPeak(),
                       adviceText(look.advice));
}

} // namespace framegate
