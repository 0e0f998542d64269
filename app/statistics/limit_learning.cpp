// SPDX-License-Identifier: GPL-3.0-or-later
#include "statistics/limit_learning.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace framegate {
namespace {

using Key = std::pair<std::string, std::optional<Resolution>>;

/// One measurement in all units.
struct Values {
    std::string unit;
    std::vector<double> values;
    bool low = false; ///< it has such a limit
    bool high = false;
};

/// Each unit's latest run, of those that passed.
std::vector<const TestRecord*> goodRuns(const std::vector<TestRecord>& records) {
    std::map<std::string, const TestRecord*> latest;
    for (const auto& record : records) {
        auto& kept = latest[record.serial];
        if (kept == nullptr || kept->run < record.run) kept = &record;
    }
    std::vector<const TestRecord*> good;
    for (const auto& [serial, record] : latest)
        if (record->outcome == Outcome::Pass) good.push_back(record);
    return good;
}

std::map<Key, Values> valuesOf(const std::vector<const TestRecord*>& runs) {
    std::map<Key, Values> all;
    for (const auto* run : runs)
        for (const auto& measurement : run->measurements) {
            if (!measurement.low && !measurement.high) continue;
            auto& values = all[{measurement.reading.name, measurement.reading.resolution}];
            values.unit = measurement.reading.unit;
            values.low = values.low || measurement.low;
            values.high = values.high || measurement.high;
            if (std::isfinite(measurement.reading.value)) values.values.push_back(measurement.reading.value);
        }
    return all;
}

/// To three places, away from the mean: a limit that people can read.
double rounded(double value, bool up) {
    if (value == 0) return 0;
    const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
    return (up ? std::ceil(value / unit) : std::floor(value / unit)) * unit;
}

ProposedLimit proposed(const Key& key, const Values& all, const LearningRule& rule) {
    ProposedLimit limit;
    limit.name = key.first;
    limit.resolution = key.second;
    limit.unit = all.unit;
    limit.count = all.values.size();
    const auto n = static_cast<double>(limit.count);
    for (const double value : all.values)
        limit.mean += value / n;
    double square = 0;
    for (const double value : all.values)
        square += (value - limit.mean) * (value - limit.mean);
    limit.deviation = limit.count > 1 ? std::sqrt(square / (n - 1)) : 0;
    const auto [lowest, highest] = std::minmax_element(all.values.begin(), all.values.end());
    limit.lowest = *lowest;
    limit.highest = *highest;
    const double away = std::max(rule.deviations * limit.deviation, rule.leastShare * std::abs(limit.mean));
    limit.marginalBand = away / 4;
    if (all.low) limit.low = rounded(limit.mean - away, false);
    if (all.high) limit.high = rounded(limit.mean + away, true);
    limit.rejected =
        static_cast<unsigned>(std::count_if(all.values.begin(), all.values.end(), [&](double value) {
            return (limit.low && value < *limit.low) || (limit.high && value > *limit.high);
        }));
    return limit;
}

/// As it may stand between quotes in TOML.
std::string quoted(const std::string& text) {
    std::string safe = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') safe += '\\';
        safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return safe + '"';
}

} // namespace

std::vector<ProposedLimit> learnLimits(const std::vector<TestRecord>& records, const LearningRule& rule,
                                       const Limits& inForce) {
    std::vector<ProposedLimit> limits;
    for (const auto& [key, values] : valuesOf(goodRuns(records)))
        if (values.values.size() >= rule.fewest) {
            limits.push_back(proposed(key, values, rule));
            if (const auto* now = inForce.find(key.first, key.second)) limits.back().blames = now->blames;
        }
    return limits;
}

std::string limitsFile(const std::vector<ProposedLimit>& proposed, const std::string& name,
                       const std::string& lot) {
    std::string text = fmt::format("# Limits proposed from good units. docs/plans.md explains the format.\n\n"
                                   "name = {}\nversion = \"1\"\n",
                                   quoted(name));
    for (const auto& limit : proposed) {
        text += fmt::format("\n[[limit]]\nname = {}\n", quoted(limit.name));
        if (limit.resolution) text += fmt::format("resolution = \"{}\"\n", limit.resolution->text());
        if (limit.low) text += fmt::format("low = {:.6g}\n", *limit.low);
        if (limit.high) text += fmt::format("high = {:.6g}\n", *limit.high);
        if (limit.marginalBand > 0) text += fmt::format("marginal_band = {:.3g}\n", limit.marginalBand);
        if (limit.blames == Blames::Station) text += "blames = \"station\"\n";
        const auto why = fmt::format(
            "{} good units of lot {}: mean {:.5g}, standard deviation {:.3g}, {:.5g} to {:.5g} {}",
            limit.count, lot, limit.mean, limit.deviation, limit.lowest, limit.highest, limit.unit);
        text += fmt::format("reason = {}\n", quoted(why));
    }
    return text;
}

} // namespace framegate
