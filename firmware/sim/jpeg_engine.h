// SPDX-License-Identifier: MIT
#pragma once

#include "sim/scene.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace framegate::sim {

/// Where the entropy-coded bytes of an OV2640's JPEG begin.
inline constexpr std::size_t ov2640ScanOffset = 623;

/// Encodes \a image as an OV2640 does: baseline 4:2:2, the tables of Annex K with the quantisation scaled by
/// \a quantiserScale / 16, segments in the order APP0, DQT, DQT, DHT ×4, SOF0, SOS, no restart markers.
/// Source: headers of real captures of five projects.
std::vector<std::uint8_t> encodeOv2640(const SceneImage& image, std::uint8_t quantiserScale);

} // namespace framegate::sim
