// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

namespace framegate {

/// How often a fault of one size was found.
struct DetectionCount {
    double size = 0; ///< on the scale on which the curve is one: the larger, the surer it is found
    unsigned found = 0;
    unsigned units = 0;
};

/// A size from which a share of units is found, with its 95 % interval. Where an end is missing the counts do
/// not bound it.
struct ThresholdRange {
    std::optional<double> best; ///< none where the counts leave the slope open
    std::optional<double> low;
    std::optional<double> high;
};

struct DetectionThresholds {
    ThresholdRange half;   ///< 50 % are found
    ThresholdRange nearly; ///< 99.9 %
};

/// Fits found = Φ((size - middle) / width), the curve of a limit that a normally spread reading is judged by,
/// by its likelihood; intervals are those of the profile likelihood. Counts between which the share jumps
/// from nothing to all leave the width open towards 0: then there are intervals, and no best value.
/// Reentrant. None without counts of two sizes.
std::optional<DetectionThresholds> detectionThresholds(const std::vector<DetectionCount>& counts);

} // namespace framegate
