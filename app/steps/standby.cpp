// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/registry.h"
#include "steps/step_checks.h"

namespace framegate {
namespace {

/// Leaves the module in standby, so that it may be pulled out.
class Standby : public Step {
public:
    std::string_view type() const override { return "standby"; }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        if (auto done = context.camera.standby(context.deadline, context.stop); !done) return passOn(done);
        return StepFinding{};
    }
};

} // namespace

const Step& standbyStep() {
    static const Standby step;
    return step;
}

} // namespace framegate
