// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/lens_operator.h"

#include <algorithm>
#include <cmath>

namespace framegate::simulation {
namespace {

constexpr double firstStep = 1 / 7.0; // turns
constexpr double finest = 1.5 / 360;
constexpr double relativeError = 0.25;
constexpr double absoluteError = 0.5 / 360;

} // namespace

LensOperator::LensOperator(std::uint64_t seed, double disobeys)
    : random_(seed), disobeys_(disobeys), step_(random_.below(2) == 0 ? firstStep : -firstStep) {}

void LensOperator::follow(FocusAdvice advice) {
    if (advice == FocusAdvice::Hold) return;
    if (advice == FocusAdvice::TurnBack) step_ = -std::copysign(std::max(finest, std::abs(step_) / 2), step_);
    const double wrong = disobeys_ > 0 && random_.happens(disobeys_) ? -1 : 1;
    const double moved =
        wrong * step_ * (1 + relativeError * random_.normal()) + absoluteError * random_.normal();
    turned_->store(turned_->load() + moved);
}

} // namespace framegate::simulation
