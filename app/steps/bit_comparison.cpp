// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/bit_comparison.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

namespace framegate {
namespace {

using Copies = std::vector<std::span<const std::byte>>;

/// The length that most copies have, the shortest of those as frequent.
std::size_t commonLength(const Copies& copies) {
    std::map<std::size_t, std::size_t> counts;
    for (const auto& copy : copies)
        ++counts[copy.size()];
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

/// The byte whose every bit is as most of the copies have it.
std::byte majorityAt(const Copies& copies, std::size_t at) {
    const auto first = copies.front()[at];
    const bool agreed =
        std::all_of(copies.begin(), copies.end(), [&](const auto& c) { return c[at] == first; });
    if (agreed) return first;
    std::byte most{0};
    for (unsigned bit = 0; bit < 8; ++bit) {
        const auto mask = std::byte{1} << bit;
        const auto set = std::count_if(copies.begin(), copies.end(),
                                       [&](const auto& c) { return (c[at] & mask) != std::byte{0}; });
        const auto twice = 2 * static_cast<std::size_t>(set);
        const bool tie = twice == copies.size();
        if (tie ? (first & mask) != std::byte{0} : twice > copies.size()) most |= mask;
    }
    return most;
}

std::uint64_t bitsApart(std::span<const std::byte> one, std::span<const std::byte> other) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        bits += static_cast<unsigned>(std::popcount(std::to_integer<unsigned>(one[i] ^ other[i])));
    return bits;
}

/// Probability of at most \a errors in \a trials at \a rate, 0 < rate < 1, where the rate is above
/// errors / trials: then the terms fall off from the last one down.
double atMost(double errors, double trials, double rate) {
    double term =
        std::exp(std::lgamma(trials + 1) - std::lgamma(errors + 1) - std::lgamma(trials - errors + 1) +
                 errors * std::log(rate) + (trials - errors) * std::log1p(-rate));
    double sum = 0;
    for (double i = errors; i >= 0 && term > sum * 1e-16; --i) {
        sum += term;
        term *= i / (trials - i + 1) * (1 - rate) / rate;
    }
    return sum;
}

} // namespace

BitComparison compareBits(const Copies& copies) {
    BitComparison comparison;
    if (copies.empty()) return comparison;
    const auto length = commonLength(copies);
    Copies alike;
    std::copy_if(copies.begin(), copies.end(), std::back_inserter(alike),
                 [&](const auto& copy) { return copy.size() == length; });
    comparison.compared = alike.size();
    comparison.otherLength = copies.size() - alike.size();
    comparison.bits = std::uint64_t{8} * length * alike.size();
    std::vector<std::byte> reference(length);
    for (std::size_t i = 0; i < length; ++i)
        reference[i] = majorityAt(alike, i);
    for (const auto& copy : alike) {
        const auto errors = bitsApart(copy, reference);
        comparison.bitErrors += errors;
        if (errors > 0) ++comparison.differing;
    }
    return comparison;
}

double rateBound95(std::uint64_t errors, std::uint64_t trials) {
    if (errors >= trials) return 1;
    const auto seen = static_cast<double>(errors);
    const auto all = static_cast<double>(trials);
    if (errors == 0) return -std::expm1(std::log(0.05) / all);
    double low = seen / all;
    double high = 1;
    for (int step = 0; step < 200 && high - low > 1e-9 * high; ++step) {
        const double middle = high > 4 * low ? 2 * low : (low + high) / 2;
        (atMost(seen, all, middle) > 0.05 ? low : high) = middle;
    }
    return high;
}

} // namespace framegate
