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
};

/// "chart", "diffuser", "dark".
constexpr std::string_view sceneText(Scene scene) {
    switch (scene) {
    case Scene::Diffuser:
        return "diffuser";
    case Scene::Dark:
        return "dark";
    default:
        return "chart";
    }
}

} // namespace framegate
