// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/frame_likeness.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace framegate {
namespace {

/// Frames in a row whose means differ by less show the same: noise is far below, exposure that still moves
/// is above.
constexpr double steadyLevels = 2.0;

} // namespace

Look lookOf(const jpeg::Verdict& verdict) {
    Look look;
    look.bytes = static_cast<double>(*verdict.eoiOffset);
    for (const auto& plane : verdict.coded->dc) {
        constexpr double levelsPerDc = 1.0 / 8; // a block's DC coefficient is eight times its mean
        const auto sum = std::accumulate(plane.values.begin(), plane.values.end(), 0.0);
        look.means.push_back(sum / static_cast<double>(plane.values.size()) * levelsPerDc);
    }
    return look;
}

bool alike(const Look& a, const Look& b, const SettleRule& rule) {
    if (std::abs(a.bytes - b.bytes) > rule.lengthTolerance * std::max(a.bytes, b.bytes)) return false;
    return std::equal(a.means.begin(), a.means.end(), b.means.begin(), b.means.end(),
                      [](double x, double y) { return std::abs(x - y) <= steadyLevels; });
}

} // namespace framegate
