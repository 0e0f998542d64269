// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/slanted_edge.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace framegate::test {

/// Errors of MTF50 against its true value, gathered over edges.
class EdgeErrors {
public:
    void add(const Result<imaging::EdgeSharpness>& measured, double truth) {
        const double error = measured ? 100 * (measured->mtf50 / truth - 1) : 100;
        sizes_.push_back(std::abs(error));
        sum_ += error;
        failed_ += !measured;
        const double stated = measured ? 100 * measured->mtf50Uncertainty / truth : 100;
        squaredRatios_ += error * error / std::max(stated * stated, 1e-12);
    }
    std::size_t count() const { return sizes_.size(); }
    std::size_t failed() const { return failed_; }
    /// Of the errors' sizes, %, by linear interpolation between the sorted values.
    double percentile(double share) const {
        auto sorted = sizes_;
        std::sort(sorted.begin(), sorted.end());
        const double place = share * static_cast<double>(sorted.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const auto above = std::min(below + 1, sorted.size() - 1);
        return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
    }
    double bias() const { return sum_ / static_cast<double>(sizes_.size()); }
    /// Root mean square of error to stated uncertainty: 1 where what is stated is true.
    double ratio() const { return std::sqrt(squaredRatios_ / static_cast<double>(sizes_.size())); }

private:
    std::vector<double> sizes_;
    double sum_ = 0;
    double squaredRatios_ = 0;
    std::size_t failed_ = 0;
};

} // namespace framegate::test
