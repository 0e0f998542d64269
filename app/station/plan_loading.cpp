// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/plan_loading.h"

#include "config/readers.h"
#include "steps/step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace framegate {
namespace {

Result<> checkSteps(const TestPlan& plan, const std::vector<StepSpec>& specs) {
    for (const auto& spec : specs) {
        const auto place = fmt::format("{}:{}", plan.file, spec.line);
        const Step* step = findStep(spec.type);
        if (step == nullptr)
            return failure(ErrorKind::InvalidInput, "PLAN_STEP",
                           fmt::format("{}: no step is called \"{}\"; there are {}", place, spec.type,
                                       fmt::join(stepTypes(), ", ")));
        if (spec.firmware && !step->ships())
            return failure(ErrorKind::InvalidInput, "PLAN_STEP",
                           fmt::format("{}: step {} takes no firmware", place, spec.type));
        if (auto checked = step->check(plan, spec); !checked) return std::move(checked).within(place);
    }
    return {};
}

/// A limit that nothing can meet would judge nothing, unnoticed.
Result<> checkLimits(const Limits& limits) {
    for (const auto& limit : limits.entries())
        if (!isMeasured(limit.name))
            return failure(
                ErrorKind::InvalidInput, "LIMIT_NAME",
                fmt::format("{}: name: expected the name of a measurement (docs/measurements.md), found "
                            "\"{}\", which no step takes",
                            limit.place, limit.name));
    return {};
}

} // namespace

Result<TestPlan> loadPlan(const std::filesystem::path& file, const std::filesystem::path& limits) {
    auto plan = config::readPlan(file);
    if (!plan) return plan;
    if (!limits.empty()) {
        auto other = config::readLimits(limits);
        if (!other) return passOn(other);
        plan->limits = std::move(*other);
    }
    if (auto checked = checkLimits(plan->limits); !checked) return passOn(checked);
    for (const auto* specs : {&plan->setup, &plan->main, &plan->teardown})
        if (auto checked = checkSteps(*plan, *specs); !checked) return passOn(checked);
    return plan;
}

} // namespace framegate
