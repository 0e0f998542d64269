// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace framegate::imaging {

/// A grey picture that somebody else owns: rows from the top, pixel centres at whole coordinates.
/// A value; only looks.
struct GreyView {
    Resolution size;
    std::size_t rowBytes = 0; ///< from one row to the next
    int bits = 8;             ///< 8: one byte a pixel; 16: two, in the machine's own order
    const void* pixels = nullptr;

    std::uint16_t level(int x, int y) const {
        const auto* row = static_cast<const std::uint8_t*>(pixels) + rowBytes * static_cast<std::size_t>(y);
        return bits == 8 ? row[x] : reinterpret_cast<const std::uint16_t*>(row)[x];
    }
    std::uint16_t highestLevel() const { return bits == 8 ? 0xFF : 0xFFFF; }
};

/// From pixel levels to light: 0 at level 0, 1 at the highest. A value; reading it is thread-safe.
class ToneCurve {
public:
    /// Light in proportion to the level; \a bits 8 or 16.
    static ToneCurve linear(int bits);
    /// The curve of IEC 61966-2-1 (sRGB), undone.
    static ToneCurve srgb(int bits);
    /// Any measured curve: one entry a level, 256 or 65536 of them, rising.
    explicit ToneCurve(std::vector<float> light) : light_(std::move(light)) {}

    float light(std::uint16_t level) const { return light_[level]; }
    /// How many levels it knows: 256 or 65536.
    std::size_t levels() const { return light_.size(); }

private:
    std::vector<float> light_;
};

} // namespace framegate::imaging
