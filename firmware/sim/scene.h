// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace framegate::sim {

/// Pixels on their way to the sensor's encoder: 8 bits each of red, green, blue; rows from the top.
struct SceneImage {
    std::uint16_t width = 0;
    std::uint16_t height = 0;
    std::vector<std::uint8_t> rgb; ///< width × height × 3
};

/// What the sensor makes of the light, as its registers and its automatic control stand.
struct Development {
    double light = 1; ///< exposure times gain, against what the chart needs
    bool defectCorrection = true;
    bool operator==(const Development&) const = default;
};

/// What the module looks at. Thread-bound to the module that uses it.
class Scene {
public:
    virtual ~Scene() = default;
    /// The whole field of view at this size, as the \a frame-th captured frame sees it (noise differs).
    virtual SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame,
                            const Development& development) = 0;
    /// The light, as automatic exposure meters it, against that of the chart.
    virtual double brightness() const { return 1; }
    /// What the fixture has switched on: bits of wire::Output. A scene without lamps stays as it is.
    virtual void lightUp(std::uint8_t outputs) { (void)outputs; }
};

/// The picture of \a light times the exposure, for scenes that are levels from the start: these go with its
/// 0.45th power.
inline void expose(SceneImage& image, double light) {
    if (light == 1) return;
    const double factor = std::pow(light, 0.45);
    std::array<std::uint8_t, 256> curve{};
    for (std::size_t i = 0; i < curve.size(); ++i)
        curve[i] = static_cast<std::uint8_t>(std::min(255.0, static_cast<double>(i) * factor + 0.5));
    for (auto& value : image.rgb)
        value = curve[value];
}

} // namespace framegate::sim
