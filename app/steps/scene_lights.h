// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "steps/step.h"

namespace framegate {

/// Brings \a scene in front of the module: by the board's outputs for lamp, diffuser and shutter where the
/// fixture has them, else by asking for it, and then waits as long as the plan says. The chart is taken to be
/// there unless something was put before it. Errors: those of FixtureBoard::outputs; NotAvailable
/// `SCENE_UNAVAILABLE` where there is no output for it and nobody to ask; those of asking.
Result<> showScene(StepContext& context, Scene scene);

} // namespace framegate
