// SPDX-License-Identifier: GPL-3.0-or-later
//
// The search alone: a lens and a hand in a few lines, no pictures.
#include "steps/focus_search.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace framegate {
namespace {

/// A lens whose figure is that of a Gaussian blur, and a hand that does as it is told, roughly.
class Bench {
public:
    explicit Bench(std::uint64_t seed, double disobeys = 0) : random_(seed), disobeys_(disobeys) {
        turns_ = std::uniform_real_distribution(-0.5, 0.5)(random_);
        if (random_() % 2 == 0) step_ = -step_;
    }
    double figureAt(double turns) const { return 0.78 / std::sqrt(1 + std::pow(turns / 0.077, 2)); }
    double look() { return figureAt(turns_) * (1 + 0.002 * normal_(random_)); }
    void follow(FocusAdvice advice) {
        if (advice == FocusAdvice::Hold) return;
        if (advice == FocusAdvice::TurnBack)
            step_ = -std::copysign(std::max(std::abs(step_) / 2, 0.004), step_);
        const bool wrong = std::uniform_real_distribution(0.0, 1.0)(random_) < disobeys_;
        turns_ += (wrong ? -1 : 1) * step_ * (1 + 0.25 * normal_(random_)) + 0.0015 * normal_(random_);
    }
    /// Of the best there is.
    double sharpness() const { return figureAt(turns_) / figureAt(0); }
    double turns_ = 0;

private:
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_{0, 1};
    double disobeys_;
    double step_ = 0.14;
};

unsigned looksUntilLocked(Bench& bench, FocusSearch& search, unsigned most = 400) {
    while (!search.locked() && search.looks() < most)
        bench.follow(search.add(bench.look()));
    return search.looks();
}

TEST(FocusSearch, RandomStarts_LockAtThePeak) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Bench bench(seed);
        FocusSearch search;
        EXPECT_LT(looksUntilLocked(bench, search), 120U) << seed;
        EXPECT_TRUE(search.locked()) << seed;
        EXPECT_GT(bench.sharpness(), 0.97) << seed;
    }
}

TEST(FocusSearch, HandThatTurnsTheWrongWayAtTimes_NeverEndsBesideThePeak) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Bench bench(seed, 0.1);
        FocusSearch search;
        looksUntilLocked(bench, search);
        EXPECT_TRUE(!search.locked() || bench.sharpness() > 0.97) << seed << ": " << bench.sharpness();
    }
}

TEST(FocusSearch, LensThatNobodyTurns_NeverLocks) {
    FocusSearch search;
    for (int i = 0; i < 500; ++i)
        EXPECT_EQ(search.add(i % 2 == 0 ? 0.200 : 0.203), FocusAdvice::GoOn);
    EXPECT_FALSE(search.locked());
    EXPECT_FALSE(search.changed());
    EXPECT_FALSE(search.passed());
}

TEST(FocusSearch, StartAtThePeak_IsNoPeakUntilBothSidesWereSeen) {
    FocusSearch search;
    for (const double figure : {0.30, 0.30, 0.30})
        EXPECT_EQ(search.add(figure), FocusAdvice::GoOn);
    EXPECT_EQ(search.add(0.27), FocusAdvice::GoOn) << "a hand may have jerked";
    EXPECT_EQ(search.add(0.25), FocusAdvice::TurnBack);
    EXPECT_FALSE(search.passed()) << "it may have been the flank of a higher peak";
}

TEST(FocusSearch, PastThePeak_SaysTurnBackAndRemembersIt) {
    FocusSearch search;
    for (const double figure : {0.10, 0.20, 0.30})
        EXPECT_EQ(search.add(figure), FocusAdvice::GoOn);
    search.add(0.25);
    EXPECT_EQ(search.add(0.20), FocusAdvice::TurnBack);
    EXPECT_DOUBLE_EQ(search.peak(), 0.30);
    EXPECT_TRUE(search.passed());
}

TEST(FocusSearch, TwoPassesThatDiffer_DoNotMakeAPeakKnown) {
    FocusSearch search;
    for (const double figure : {0.10, 0.29, 0.30, 0.29, 0.28, 0.20, 0.235, 0.24, 0.235, 0.23, 0.22})
        search.add(figure);
    EXPECT_EQ(search.add(0.21), FocusAdvice::GoOn);
    EXPECT_EQ(search.add(0.297), FocusAdvice::GoOn) << "sharp again, but the passes were 0.30 and 0.24";
}

/// Past the peak and back, slowly.
FocusSearch afterTwoPasses() {
    FocusSearch search;
    for (const double figure : {0.10, 0.29, 0.30, 0.29, 0.28, 0.20, 0.29, 0.30, 0.29, 0.28, 0.25})
        search.add(figure);
    return search;
}

TEST(FocusSearch, PassesTooFastToSeeThePeak_DoNotMakeItKnown) {
    FocusSearch search;
    for (const double figure : {0.10, 0.30, 0.20, 0.15, 0.15, 0.30, 0.20, 0.15, 0.15})
        search.add(figure);
    EXPECT_EQ(search.add(0.30), FocusAdvice::GoOn);
    EXPECT_TRUE(search.passed());
}

TEST(FocusSearch, LensLeftAtTheKnownPeak_LocksAfterThreeLooks) {
    auto search = afterTwoPasses();
    EXPECT_EQ(search.add(0.297), FocusAdvice::Hold);
    EXPECT_EQ(search.add(0.298), FocusAdvice::Hold);
    EXPECT_FALSE(search.locked());
    search.add(0.297);
    EXPECT_TRUE(search.locked());
}

TEST(FocusSearch, LensThatSlipsWhileHeld_IsNotLocked) {
    auto search = afterTwoPasses();
    for (const double figure : {0.297, 0.298, 0.27})
        search.add(figure);
    EXPECT_EQ(search.add(0.26), FocusAdvice::TurnBack);
    EXPECT_EQ(search.held(), 0U);
}

} // namespace
} // namespace framegate
