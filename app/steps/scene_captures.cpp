// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/scene_captures.h"

#include "steps/scene_lights.h"
#include "steps/settling.h"

#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

/// Frames that never become steady are the unit's fault, and measured all the same: that may show why.
constexpr const char* unsteady = "SETTLE_TIMEOUT";

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

/// Bad pixels are looked for in a uniform field and in the dark; on the chart, one beside an edge would only
/// be in the way.
Result<> leaveBare(StepContext& context, bool bare, SceneCaptures& captures) {
    const auto changed = context.camera.bareArray(bare, context.deadline, context.stop);
    if (!changed) return passOn(changed);
    captures.change.add(*changed);
    return {};
}

Result<> freeze(StepContext& context, bool frozen, SceneCaptures& captures) {
    const auto changed = context.camera.freezeAutomatic(frozen, context.deadline, context.stop);
    if (!changed) return passOn(changed);
    captures.change.add(*changed);
    return {};
}

Result<> readExposure(StepContext& context, SceneCaptures& captures) {
    auto seen = context.camera.exposure(context.deadline, context.stop);
    if (!seen) return passOn(seen);
    captures.exposure = *seen;
    if (*seen) captures.change.nacks += (*seen)->nacks;
    return {};
}

/// As the module is shipped: automatic functions work again.
Result<> takeReleased(StepContext& context, Resolution size, SceneCaptures& captures) {
    auto judged = takeFrame(context, size, captures.linkErrors);
    if (!judged) return passOn(judged);
    if (!judged->valid())
        blame(captures, context.plan, *judged, size);
    else
        captures.released = takePicture(context.plan, *judged);
    return {};
}

Result<> takeScene(StepContext& context, Scene scene, Resolution size, SceneCaptures& captures) {
    if (auto bare = leaveBare(context, scene == Scene::Diffuser || scene == Scene::Dark, captures); !bare)
        return bare;
    if (auto shown = showScene(context, scene); !shown) return shown;
    for (unsigned i = 0; i < framesOf(scene); ++i) {
        auto judged = takeFrame(context, size, captures.linkErrors);
        if (!judged) return passOn(judged);
        if (!judged->valid()) {
            blame(captures, context.plan, *judged, size);
            captures.pictures.clear();
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
        if (captures.pictures.empty()) return {};
    }
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
        captures.code = unsteady;
        captures.detail = fmt::format("{}: the chart's picture does not become steady", size.text());
    }
    return {};
}

} // namespace

Result<SceneCaptures> captureScenes(StepContext& context, const std::vector<Scene>& scenes, Resolution size) {
    SceneCaptures captures;
    if (auto settled = settleOnChart(context, size, captures); !settled) return passOn(settled);
    if (!captures.code.empty() && captures.code != unsteady) return captures;
    auto frozen = freeze(context, true, captures);
    auto seen = frozen ? readExposure(context, captures) : std::move(frozen);
    auto taken = seen ? takeScenes(context, scenes, size, captures) : std::move(seen);
    // Back to how it was, whatever came; the first error counts.
    const auto shown = showScene(context, Scene::Chart);
    const auto repaired = leaveBare(context, false, captures);
    const auto released = freeze(context, false, captures);
    for (const auto* result : {&std::as_const(taken), &shown, &repaired, &released})
        if (!*result) return passOn(*result);
    if (captures.pictures.count(Scene::Chart) == 0) return captures;
    if (auto shipped = takeReleased(context, size, captures); !shipped) return passOn(shipped);
    return captures;
}

} // namespace framegate
