// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/scene_lights.h"
#include "steps/step_checks.h"

namespace framegate {
namespace {

/// The Pico answers and its firmware speaks this protocol.
class GreetBoard : public Step {
public:
    std::string_view type() const override { return "greet-board"; }
    std::vector<std::string_view> measures() const override { return {"board_watchdog_restart"}; }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        using namespace std::chrono_literals;
        auto hello = context.camera.board().hello(
            Deadline::after(context.camera.clock(), 2s).atMost(context.deadline), context.stop);
        if (!hello) return passOn(hello);
        context.hello = std::move(*hello);
        // A run that broke off may have left the shutter closed.
        if (auto shown = showScene(context, Scene::Chart); !shown) return passOn(shown);
        StepFinding finding;
        finding.readings.push_back(
            {"board_watchdog_restart", context.hello.afterWatchdog ? 1.0 : 0.0, "1", {}});
        return finding;
    }
};

} // namespace

const Step& greetBoardStep() {
    static const GreetBoard step;
    return step;
}

} // namespace framegate
