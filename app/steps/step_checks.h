// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/test_plan.h"

namespace framegate {

/// Refuses resolutions in the plan's entry of a step that takes no pictures. Errors: InvalidInput
/// `PLAN_STEP`.
Result<> takesNoResolutions(const StepSpec& spec);

} // namespace framegate
