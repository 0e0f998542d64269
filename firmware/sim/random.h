// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace framegate::sim {

/// Random numbers that are the same on every machine: the standard's engine, without its distributions,
/// whose algorithms the standard leaves open.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    /// 0 ≤ value < 1.
    double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    /// 0 … count − 1; \a count > 0.
    std::uint64_t below(std::uint64_t count) { return engine_() % count; }
    bool happens(double probability) { return probability > 0 && unit() < probability; }
    /// How many failures before the next success of that probability: geometric.
    std::uint64_t gap(double probability) {
        const double draws = std::log1p(-unit()) / std::log1p(-probability);
        return draws < 1e18 ? static_cast<std::uint64_t>(draws) : std::uint64_t{1} << 60;
    }
    /// Standard normal (Box-Muller).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log1p(-unit()));
        return radius * std::cos(6.283185307179586 * unit());
    }

private:
    std::mt19937_64 engine_;
};

} // namespace framegate::sim
