// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

namespace framegate {
namespace {

/// There is a module, its ArduChip holds what is written to it, and its sensor is the one the plan names.
class IdentifyModule : public Step {
public:
    std::string_view type() const override { return "identify-module"; }
    std::vector<std::string_view> measures() const override {
        return {"arduchip_version", "standby_left_behind", "i2c_nacks"};
    }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        const auto identity = context.camera.identify(context.deadline, context.stop);
        if (!identity) return passOn(identity);
        StepFinding finding;
        finding.readings.push_back({"arduchip_version", double(identity->arduchipVersion), "1", {}});
        finding.readings.push_back({"standby_left_behind", identity->wokenFromStandby ? 1.0 : 0.0, "1", {}});
        finding.readings.push_back(countReading("i2c_nacks", identity->nacks, "operation", {}));
        return finding;
    }
};

} // namespace

const Step& identifyModuleStep() {
    static const IdentifyModule step;
    return step;
}

} // namespace framegate
