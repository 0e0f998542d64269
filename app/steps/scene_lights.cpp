// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/scene_lights.h"

#include "protocol/messages.h"

#include <fmt/format.h>

namespace framegate {
namespace {

constexpr std::chrono::seconds answerLimit{2};
constexpr std::uint8_t chartLight = wire::outputBit(wire::Output::ChartLight);
constexpr std::uint8_t diffuser = wire::outputBit(wire::Output::Diffuser);
constexpr std::uint8_t shutter = wire::outputBit(wire::Output::Shutter);

/// Which outputs have to be on for a scene.
std::uint8_t levelsFor(Scene scene) {
    switch (scene) {
    case Scene::Diffuser:
        return diffuser;
    case Scene::Dark:
        return shutter;
    case Scene::Unlit:
        return 0;
    default:
        return chartLight;
    }
}

/// The output without which somebody has to bring a scene about.
std::uint8_t outputFor(Scene scene) {
    return scene == Scene::Unlit ? chartLight : levelsFor(scene);
}

/// A board that says nothing must not hold the slot for all of the unit's time.
Deadline soon(StepContext& context) {
    return Deadline::after(context.camera.clock(), answerLimit).atMost(context.deadline);
}

Result<std::uint8_t> availableOutputs(StepContext& context) {
    const auto asked = context.camera.board().outputs({}, soon(context), context.stop);
    if (!asked) return passOn(asked);
    return *asked ? (*asked)->available : std::uint8_t{0};
}

Result<> ask(StepContext& context, Scene scene) {
    if (context.askFor) return context.askFor(scene, context.stop);
    return failure(ErrorKind::NotAvailable, "SCENE_UNAVAILABLE",
                   fmt::format("the fixture has no output for scene {}, and nobody can be asked to: {}",
                               sceneText(scene), sceneInstruction(scene)));
}

} // namespace

Result<> showScene(StepContext& context, Scene scene) {
    const auto available = availableOutputs(context);
    if (!available) return passOn(available);
    const bool changes = context.scene != scene;
    const bool byHand = scene != Scene::Chart && (*available & outputFor(scene)) == 0;
    const bool chartByHand = scene == Scene::Chart && context.sceneByHand;
    if (*available != 0) {
        const wire::OutputsRequest request{*available,
                                           static_cast<std::uint8_t>(levelsFor(scene) & *available)};
        const auto switched = context.camera.board().outputs(request, soon(context), context.stop);
        if (!switched) return passOn(switched);
    }
    if (changes && (byHand || chartByHand))
        if (auto shown = ask(context, scene); !shown) return shown;
    context.scene = scene;
    context.sceneByHand = byHand;
    if (!changes) return {};
    return context.camera.clock().sleepFor(context.plan.timing.sceneWait, context.stop);
}

} // namespace framegate
