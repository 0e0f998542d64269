// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/test_plan.h"

#include <filesystem>

namespace framegate {

/// Reads a plan and all it names, puts \a limits in place of its limits where not empty, and checks its
/// steps. Errors: those of config::readPlan; InvalidInput `PLAN_STEP` with file and line.
Result<TestPlan> loadPlan(const std::filesystem::path& file, const std::filesystem::path& limits = {});

} // namespace framegate
