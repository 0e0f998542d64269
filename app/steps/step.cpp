// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/step.h"

#include "steps/registry.h"
#include "steps/step_checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate {

const Step* findStep(std::string_view type) {
    const auto& all = allSteps();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Step* s) { return s->type() == type; });
    return found == all.end() ? nullptr : *found;
}

std::vector<std::string_view> stepTypes() {
    std::vector<std::string_view> types;
    for (const Step* step : allSteps())
        types.push_back(step->type());
    std::sort(types.begin(), types.end());
    return types;
}

bool isMeasured(std::string_view name) {
    return std::any_of(allSteps().begin(), allSteps().end(), [&](const Step* step) {
        const auto names = step->measures();
        return std::find(names.begin(), names.end(), name) != names.end();
    });
}

Result<> takesNoResolutions(const StepSpec& spec) {
    if (spec.resolutions.empty()) return {};
    return failure(ErrorKind::InvalidInput, "PLAN_STEP",
                   fmt::format("step {} takes no pictures, so it has no resolutions", spec.type));
}

} // namespace framegate
