// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace framegate::sim {

/// Pixels on their way to the sensor's encoder: 8 bits each of red, green, blue; rows from the top.
struct SceneImage {
    std::uint16_t width = 0;
    std::uint16_t height = 0;
    std::vector<std::uint8_t> rgb; ///< width × height × 3
};

/// What the module looks at. Thread-bound to the module that uses it.
class Scene {
public:
    virtual ~Scene() = default;
    /// The whole field of view at this size, as the \a frame-th captured frame sees it (noise differs).
    virtual SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame) = 0;
    /// What the fixture has switched on: bits of wire::Output. A scene without lamps stays as it is.
    virtual void lightUp(std::uint8_t outputs) { (void)outputs; }
};

} // namespace framegate::sim
