// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/focus.h"

#include <vector>

namespace framegate {

/// What counts as what while a lens is being set. Shares of a figure.
struct FocusRules {
    double clear = 0.03;    ///< a rise or fall that is no noise
    double slowly = 0.06;   ///< from the peak to the looks beside it; turned faster, it may have been missed
    double alike = 0.015;   ///< two ways past the peak agree to so much
    double within = 0.015;  ///< of the peak: the lens stands right
    unsigned lockLooks = 3; ///< in a row that must
};

/// Follows the figures of a lens that somebody turns, and says what to do next. The peak is known once the
/// lens has been turned past it twice, slowly enough not to have missed it, and was as sharp both times: a
/// figure that merely stopped rising is no peak. To be past it takes two looks in a row, the second lower:
/// hands jerk. A value; knows nothing of how far a turn is.
class FocusSearch {
public:
    explicit FocusSearch(FocusRules rules = {}) : rules_(rules) {}

    /// Takes the next figure, above 0.
    FocusAdvice add(double figure);

    double peak() const { return peak_; }
    unsigned looks() const { return looks_; }
    unsigned held() const { return held_; }
    /// The lens was turned past a peak at least once.
    bool passed() const { return passed_; }
    /// The figure differed clearly from one time to another.
    bool changed() const { return looks_ > 0 && lowest_ < peak_ * (1 - rules_.clear); }
    /// The lens stands at the known peak, and was left there.
    bool locked() const { return held_ >= rules_.lockLooks; }

private:
    /// The way from one turning back to the next.
    struct Leg {
        double last = 0; ///< the figure of the look before; 0: the leg has not begun
        double low = 0;  ///< the least before it rose
        double best = 0;
        double drop = 0; ///< by how much the looks beside the best are below it, at most
        bool rose = false;
        bool fallen = false; ///< the look before was clearly below the best
    };

    bool peakKnown() const;
    bool follow(double figure);

    FocusRules rules_;
    unsigned looks_ = 0;
    unsigned held_ = 0;
    double peak_ = 0;
    double lowest_ = 0;
    Leg leg_;
    bool passed_ = false;
    std::vector<double> passes_; ///< the best figure on each slow way past a peak
};

} // namespace framegate
