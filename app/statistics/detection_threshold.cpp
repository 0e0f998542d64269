// SPDX-License-Identifier: GPL-3.0-or-later
#include "statistics/detection_threshold.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace framegate {
namespace {

constexpr double halfQuantile = 0;
constexpr double nearlyQuantile = 3.0902; ///< of the standard normal distribution, for 99.9 %
constexpr double cut = 1.9207;            ///< of the log likelihood: half the 95 % point of chi squared
constexpr int middles = 1200;
constexpr int widths = 240;
constexpr double beyond = 1.0;     ///< of the range of sizes that middles are looked for outside it
constexpr double narrowest = 1e-3; ///< widths, of the range
constexpr double widest = 10;

double share(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double likelihood(const std::vector<DetectionCount>& counts, double middle, double width) {
    double sum = 0;
    for (const auto& count : counts) {
        const double z = (count.size - middle) / width;
        const unsigned missed = count.units - count.found;
        if (count.found > 0) sum += count.found * std::log(std::max(share(z), 1e-300));
        if (missed > 0) sum += missed * std::log(std::max(share(-z), 1e-300));
    }
    return sum;
}

/// One curve that was tried.
struct Trial {
    double middle = 0;
    double width = 0;
    double fit = 0;
    bool edge = false; ///< it lies at the rim of what was tried
};

std::vector<Trial> trials(const std::vector<DetectionCount>& counts, double low, double range) {
    std::vector<Trial> all;
    all.reserve(std::size_t{middles} * widths);
    for (int j = 0; j < widths; ++j) {
        const double width = range * narrowest * std::pow(widest / narrowest, j / double(widths - 1));
        for (int i = 0; i < middles; ++i) {
            const double middle = low + range * (-beyond + (1 + 2 * beyond) * i / double(middles - 1));
            const bool edge = i == 0 || i + 1 == middles || j + 1 == widths;
            all.push_back({middle, width, likelihood(counts, middle, width), edge});
        }
    }
    return all;
}

/// Some are missed at a size above one at which some are found: otherwise a step fits best.
bool overlapping(const std::vector<DetectionCount>& counts) {
    double firstFound = std::numeric_limits<double>::infinity();
    double lastMissed = -firstFound;
    for (const auto& count : counts) {
        if (count.found > 0) firstFound = std::min(firstFound, count.size);
        if (count.found < count.units) lastMissed = std::max(lastMissed, count.size);
    }
    return lastMissed > firstFound;
}

ThresholdRange rangeOf(const std::vector<Trial>& all, const Trial& best, bool slopeKnown, double quantile) {
    ThresholdRange range;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    bool lowOpen = false;
    bool highOpen = false;
    for (const auto& trial : all) {
        if (trial.fit < best.fit - cut) continue;
        const double size = trial.middle + quantile * trial.width;
        if (size < low) low = size, lowOpen = trial.edge;
        if (size > high) high = size, highOpen = trial.edge;
    }
    if (!lowOpen) range.low = low;
    if (!highOpen) range.high = high;
    if (slopeKnown) range.best = best.middle + quantile * best.width;
    return range;
}

} // namespace

std::optional<DetectionThresholds> detectionThresholds(const std::vector<DetectionCount>& counts) {
    const auto [least, most] = std::minmax_element(
        counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
    if (counts.empty() || least->size == most->size) return std::nullopt;
    const double range = most->size - least->size;
    const auto all = trials(counts, least->size, range);
    const auto better = [](const Trial& a, const Trial& b) { return a.fit < b.fit; };
    const auto best = *std::max_element(all.begin(), all.end(), better);
    const bool slopeKnown = !best.edge && overlapping(counts);
    return DetectionThresholds{rangeOf(all, best, slopeKnown, halfQuantile),
                               rangeOf(all, best, slopeKnown, nearlyQuantile)};
}

} // namespace framegate
