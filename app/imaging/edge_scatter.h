// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_profile.h"

#include <array>
#include <span>
#include <vector>

namespace framegate::imaging {

/// How the pixels differ from their bin's mean, summed for each bin in each of some parts of the edge. It
/// says how uncertain anything is that is made of the bins' means by weighted sums, whatever binds
/// neighbouring pixels together: the parts are long against the blocks of a JPEG.
class EdgeScatter {
public:
    static constexpr std::size_t parts = 16;

    /// Over the bins of \a profile from number \a first on, \a count of them.
    EdgeScatter(const EdgeStrip& strip, const EdgeLine& line, double halfLength, const EdgeProfile& profile,
                const EdgeModel& model, std::size_t first, std::size_t count);

    /// The variance of the sum of weights[i] times the mean of bin first + i.
    double variance(std::span<const double> weights) const;
    /// The farthest that a part of the edge lies off the line, pixels.
    double worstShift() const;
    /// The most by which the light beside a part of the edge, beyond those bins, stands off the model; a
    /// share of the model's step.
    double worstLevel() const { return worstLevel_; }

private:
    std::vector<float> slopes_;
    std::vector<float> counts_;
    std::array<std::vector<float>, parts> shares_; ///< of each bin's mean
    double worstLevel_ = 0;
};

} // namespace framegate::imaging
