// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace framegate {

/// What a fixture puts in front of its modules.
enum class Scene : std::uint8_t {
    Chart,    ///< the lit chart
    Diffuser, ///< a lit diffuser close to the lens: a uniform field
    Dark,     ///< a closed shutter or a cap
    Unlit,    ///< the chart with every lamp of the fixture off: what light comes in from elsewhere
};

/// "chart", "diffuser", "dark", "unlit".
constexpr std::string_view sceneText(Scene scene) {
    switch (scene) {
    case Scene::Diffuser:
        return "diffuser";
    case Scene::Dark:
        return "dark";
    case Scene::Unlit:
        return "unlit";
    default:
        return "chart";
    }
}

/// What somebody has to do to bring a scene about.
constexpr std::string_view sceneInstruction(Scene scene) {
    switch (scene) {
    case Scene::Diffuser:
        return "put the lit diffuser in front of the lens";
    case Scene::Dark:
        return "cover the lens, so that it is dark";
    case Scene::Unlit:
        return "switch off every lamp of the fixture, with nothing in front of the lens";
    default:
        return "show it the lit chart, with nothing else in front of the lens";
    }
}

} // namespace framegate
