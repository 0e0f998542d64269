// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"
#include "jpeg/validator.h"
#include "sim/jpeg_engine.h"
#include "simulation/chart_scene.h"
#include "support/corruption.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace framegate::test {

/// One simulated unit that looks at the chart, without registers and wires: its frames as the encoder sends
/// them.
class PictureSource {
public:
    PictureSource(std::uint64_t unit, sim::SensorKind kind)
        : scene_(simulation::makeChartScene(unit, kind)),
          scale_(kind == sim::SensorKind::Ov2640 ? 0x0C : 0x04) {}

    void setQuality(std::uint8_t scale) { scale_ = scale; }
    /// The picture with every pixel multiplied by \a light, then brought to \a contrast around \a level.
    Octets frame(Resolution size, double light = 1, double contrast = 1, double level = 128) {
        auto image = scene_->look(size.width, size.height, ++frames_, {});
        if (light != 1 || contrast != 1)
            for (auto& value : image.rgb)
                value = static_cast<std::uint8_t>(
                    std::clamp(level + contrast * (value * light - level) + 0.5, 0.0, 255.0));
        return sim::encodeOv2640(image, scale_);
    }

private:
    std::unique_ptr<sim::Scene> scene_;
    std::uint8_t scale_;
    std::uint64_t frames_ = 0;
};

inline std::span<const std::byte> bytesOf(const Octets& octets) {
    return std::as_bytes(std::span(octets));
}

inline jpeg::Verdict judged(const Octets& octets, Resolution size) {
    return jpeg::validate(bytesOf(octets), {size, "ov2640", 0, 0});
}

/// Share of pixels of which a channel differs by more than eight levels, in percent; none where one of them
/// cannot be decoded.
inline std::optional<double> visiblyChanged(const Octets& one, const Octets& other) {
    const auto a = jpeg::decode(bytesOf(one));
    const auto b = jpeg::decode(bytesOf(other));
    if (!a || !b || a->bgr.size() != b->bgr.size()) return std::nullopt;
    std::size_t changed = 0;
    for (std::size_t i = 0; i < a->bgr.size(); i += 3) {
        int most = 0;
        for (std::size_t c = i; c < i + 3; ++c)
            most = std::max(most, std::abs(int{a->bgr[c]} - int{b->bgr[c]}));
        if (most > 8) ++changed;
    }
    return 300.0 * static_cast<double>(changed) / static_cast<double>(a->bgr.size());
}

} // namespace framegate::test
