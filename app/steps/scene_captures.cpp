// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/scene_captures.h"

#include "steps/scene_lights.h"
#include "steps/settling.h"

#include <fmt/format.h>

namespace framegate {
namespace {

/// What differs between two pictures of the diffuser is noise.
unsigned framesOf(Scene scene) {
    return scene == Scene::Diffuser ? 2 : 1;
}

void blame(SceneCaptures& captures, const TestPlan& plan, JudgedFrame& judged, Resolution size) {
    const bool none = !judged.moduleCode.empty();
    captures.code = none ? judged.moduleCode : judged.verdict.code;
    captures.detail = none ? judged.moduleDetail : fmt::format("{}: {}", size.text(), judged.verdict.detail);
    if (!none) captures.culprit = takePicture(plan, judged);
}

Result<> takeScene(StepContext& context, Scene scene, Resolution size, SceneCaptures& captures) {
    if (auto shown = showScene(context, scene); !shown) return shown;
    for (unsigned i = 0; i < framesOf(scene); ++i) {
        auto judged = takeFrame(context, size, captures.linkErrors);
        if (!judged) return passOn(judged);
        if (!judged->valid()) {
            blame(captures, context.plan, *judged, size);
            return {};
        }
        if (scene == Scene::Chart) captures.frozen = lookOf(*judged->verdict.coded).means;
        captures.pictures[scene].push_back(takePicture(context.plan, *judged));
    }
    return {};
}

Result<> takeScenes(StepContext& context, const std::vector<Scene>& scenes, Resolution size,
                    SceneCaptures& captures) {
    for (const auto scene : scenes) {
        if (auto taken = takeScene(context, scene, size, captures); !taken) return taken;
        if (!captures.code.empty()) return {};
    }
    return {};
}

/// Measuring captures, or shipping ones again.
Result<> prepare(StepContext& context, bool measuring, SceneCaptures& captures) {
    auto& camera = context.camera;
    const auto frozen = camera.freezeAutomatic(measuring, context.deadline, context.stop);
    if (!frozen) return passOn(frozen);
    captures.change.add(*frozen);
    const auto bare = camera.bareArray(measuring, context.deadline, context.stop);
    if (!bare) return passOn(bare);
    captures.change.add(*bare);
    return {};
}

/// Sets the size and waits until automatic functions have settled on the chart.
Result<> settleOnChart(StepContext& context, Resolution size, SceneCaptures& captures) {
    if (auto shown = showScene(context, Scene::Chart); !shown) return shown;
    const auto set = context.camera.setSize(size, context.deadline, context.stop);
    if (!set) return passOn(set);
    captures.change.add(*set);
    auto settling = settle(context, size);
    if (!settling) return passOn(settling);
    captures.linkErrors += settling->linkErrors;
    captures.shipped = settling->look.means;
    if (!settling->last.valid()) {
        blame(captures, context.plan, settling->last, size);
    } else if (!settling->settled) {
        captures.code = "SETTLE_TIMEOUT";
        captures.detail = fmt::format("{}: the chart's picture does not become steady", size.text());
    }
    return {};
}

} // namespace

Result<SceneCaptures> captureScenes(StepContext& context, const std::vector<Scene>& scenes, Resolution size) {
    SceneCaptures captures;
    if (auto settled = settleOnChart(context, size, captures); !settled) return passOn(settled);
    if (!captures.code.empty()) return captures;
    auto prepared = prepare(context, true, captures);
    auto taken = prepared ? takeScenes(context, scenes, size, captures) : std::move(prepared);
    const auto shown = showScene(context, Scene::Chart);
    const auto released = prepare(context, false, captures);
    if (!taken) return passOn(taken);
    if (!shown) return passOn(shown);
    if (!released) return passOn(released);
    return captures;
}

} // namespace framegate
