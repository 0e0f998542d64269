// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/registry.h"
#include "steps/step_checks.h"

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds runDownTime{20}; ///< of the module's capacitors; assumption

/// What the module draws in standby, where the board measures it. The last of the steps that need the module
/// awake comes before.
class StandbyCurrent : public Step {
public:
    std::string_view type() const override { return "standby-current"; }
    std::vector<std::string_view> measures() const override { return {"standby_current"}; }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        auto& camera = context.camera;
        if (auto done = camera.standby(context.deadline, context.stop); !done) return passOn(done);
        if (auto waited = camera.clock().sleepFor(runDownTime, context.stop); !waited) return passOn(waited);
        const auto supply =
            camera.board().supply(Deadline::after(camera.clock(), 2s).atMost(context.deadline), context.stop);
        if (!supply) return passOn(supply);
        StepFinding finding;
        if (*supply && (*supply)->currentUa != wire::notMeasured)
            finding.readings.push_back({"standby_current", 1e-6 * (*supply)->currentUa, "A", {}});
        return finding;
    }
};

} // namespace

const Step& standbyCurrentStep() {
    static const StandbyCurrent step;
    return step;
}

} // namespace framegate
