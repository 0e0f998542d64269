// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/focus_search.h"

#include <algorithm>
#include <utility>

namespace framegate {

/// The last two ways past the peak were as sharp as anything seen.
bool FocusSearch::peakKnown() const {
    if (passes_.size() < 2) return false;
    return std::min(passes_.back(), passes_[passes_.size() - 2]) >= peak_ * (1 - rules_.alike);
}

/// Goes on with the way from the last turning back. Returns whether it has led past its best; once the peak
/// is known, the lens need not be turned far past it again.
bool FocusSearch::follow(double figure) {
    if (leg_.last == 0) leg_ = {figure, figure, figure, 0, false, false};
    const double before = std::exchange(leg_.last, figure);
    if (figure > leg_.best)
        leg_.best = figure, leg_.drop = 1 - before / figure;
    else if (before == leg_.best)
        leg_.drop = std::max(leg_.drop, 1 - figure / leg_.best);
    if (!leg_.rose) leg_.low = std::min(leg_.low, figure);
    leg_.rose = leg_.rose || figure > leg_.low * (1 + rules_.clear);
    const bool fallen = figure < leg_.best * (1 - (peakKnown() ? rules_.within : rules_.clear));
    return std::exchange(leg_.fallen, fallen) && fallen && figure < before;
}

FocusAdvice FocusSearch::add(double figure) {
    ++looks_;
    peak_ = std::max(peak_, figure);
    lowest_ = looks_ == 1 ? figure : std::min(lowest_, figure);
    const bool past = follow(figure);
    if (peakKnown() && figure >= peak_ * (1 - rules_.within)) {
        ++held_;
        return FocusAdvice::Hold;
    }
    held_ = 0;
    if (!past) return FocusAdvice::GoOn;
    passed_ = passed_ || leg_.rose;
    if (leg_.rose && leg_.drop <= rules_.slowly) passes_.push_back(leg_.best);
    leg_ = {};
    return FocusAdvice::TurnBack;
}

} // namespace framegate
