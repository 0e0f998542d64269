// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/lens_operator.h"

#include <cmath>
#include <gtest/gtest.h>

namespace framegate::simulation {
namespace {

TEST(LensOperator, ToldToHold_LeavesTheLensAlone) {
    LensOperator hand(3);
    hand.follow(FocusAdvice::GoOn);
    const double place = *hand.turned();
    hand.follow(FocusAdvice::Hold);
    EXPECT_EQ(*hand.turned(), place);
}

TEST(LensOperator, ToldToTurnBack_GoesTheOtherWayMoreFinely) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        LensOperator hand(seed);
        hand.follow(FocusAdvice::GoOn);
        const double first = *hand.turned();
        hand.follow(FocusAdvice::TurnBack);
        const double second = *hand.turned() - first;
        EXPECT_LT(first * second, 0) << seed;
    }
}

TEST(LensOperator, SameSeed_TurnsAlike) {
    LensOperator one(7);
    LensOperator other(7);
    for (const auto advice : {FocusAdvice::GoOn, FocusAdvice::GoOn, FocusAdvice::TurnBack}) {
        one.follow(advice);
        other.follow(advice);
    }
    EXPECT_EQ(*one.turned(), *other.turned());
}

} // namespace
} // namespace framegate::simulation
