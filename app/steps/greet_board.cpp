// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/scene_lights.h"
#include "steps/step_checks.h"

#include <fmt/format.h>

namespace framegate {
namespace {

bool expectsBoard(const StepContext& context) {
    return context.slot != nullptr && !context.slot->layout.boardId.empty();
}

/// What to say where another board is in the slot than the station file names. That is no fault of the unit.
std::optional<std::string> otherBoard(const StepContext& context) {
    if (!expectsBoard(context) || context.slot->layout.boardId == context.hello.boardId) return std::nullopt;
    return fmt::format(
        "another board is in the slot: {}, where the station file has {}; put the right one back, "
        "or enter this one (framegate boards --learn)",
        context.hello.boardId, context.slot->layout.boardId);
}

/// The Pico answers and its firmware speaks this protocol.
class GreetBoard : public Step {
public:
    std::string_view type() const override { return "greet-board"; }
    std::vector<std::string_view> measures() const override {
        return {"board_watchdog_restart", "board_swapped"};
    }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        using namespace std::chrono_literals;
        auto hello = context.camera.board().hello(
            Deadline::after(context.camera.clock(), 2s).atMost(context.deadline), context.stop);
        if (!hello) return passOn(hello);
        context.hello = std::move(*hello);
        const auto other = otherBoard(context);
        if (other && context.slot->swappedBoards == SwappedBoards::Refuse)
            return failure(ErrorKind::NotAvailable, "BOARD_SWAPPED", *other);
        // A run that broke off may have left the shutter closed.
        if (auto shown = showScene(context, Scene::Chart); !shown) return passOn(shown);
        StepFinding finding;
        finding.readings.push_back(
            {"board_watchdog_restart", context.hello.afterWatchdog ? 1.0 : 0.0, "1", {}});
        if (expectsBoard(context)) finding.readings.push_back({"board_swapped", other ? 1.0 : 0.0, "1", {}});
        finding.notice = other.value_or("");
        return finding;
    }
};

} // namespace

const Step& greetBoardStep() {
    static const GreetBoard step;
    return step;
}

} // namespace framegate
