// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

#include <fmt/format.h>

namespace framegate {
namespace {

/// Soft reset and start-up registers, read back.
class InitialiseSensor : public Step {
public:
    std::string_view type() const override { return "initialise-sensor"; }
    std::vector<std::string_view> measures() const override {
        return {"register_mismatches", "register_writes", "i2c_nacks"};
    }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        const auto change = context.camera.initialise(context.deadline, context.stop);
        if (!change) return passOn(change);
        StepFinding finding;
        finding.readings.push_back(countReading("register_mismatches", change->mismatches, "register", {}));
        finding.readings.push_back(countReading("register_writes", change->writes, "register", {}));
        finding.readings.push_back(countReading("i2c_nacks", change->nacks, "operation", {}));
        if (change->mismatches > 0) {
            finding.failureCode = "REGISTER_READBACK";
            finding.failureDetail =
                fmt::format("after start-up {} registers do not read back as written, first {}",
                            change->mismatches, change->firstMismatch);
        }
        return finding;
    }
};

} // namespace

const Step& initialiseSensorStep() {
    static const InitialiseSensor step;
    return step;
}

} // namespace framegate
