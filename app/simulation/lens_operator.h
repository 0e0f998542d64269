// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/focus.h"
#include "sim/random.h"
#include "simulation/optical_scene.h"

#include <cstdint>
#include <memory>

namespace framegate::simulation {

/// Somebody who turns a lens as they are told, about as finely as a hand can: a seventh of a turn at first,
/// half as much whenever it goes back, and each turn off by a quarter and by a degree. Knows neither figure
/// nor truth. Thread-bound to the slot's thread.
class LensOperator {
public:
    /// \a disobeys: share of turns that go the wrong way.
    explicit LensOperator(std::uint64_t seed, double disobeys = 0);
    void follow(FocusAdvice advice);
    /// Where the lens stands, against where it was when the unit was put in.
    const std::shared_ptr<LensTurned>& turned() const { return turned_; }

private:
    sim::Random random_;
    double disobeys_;
    double step_; ///< turns, with its direction
    std::shared_ptr<LensTurned> turned_ = std::make_shared<LensTurned>(0);
};

} // namespace framegate::simulation
