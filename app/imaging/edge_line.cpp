// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_line.h"

#include <array>

namespace framegate::imaging {
namespace {

constexpr std::size_t parts = 8;
constexpr double steepest = 1.2; ///< slope

/// Sums for a polynomial of second degree in t, fitted by weighted least squares.
struct PolynomialFit {
    std::array<double, 5> powers{}; ///< of t, 0 to 4, weighted
    std::array<double, 3> moments{};

    void add(double t, double weight, double weightedValue) {
        const double tt = t * t;
        powers[0] += weight;
        powers[1] += weight * t;
        powers[2] += weight * tt;
        powers[3] += weight * tt * t;
        powers[4] += weight * tt * tt;
        moments[0] += weightedValue;
        moments[1] += weightedValue * t;
        moments[2] += weightedValue * tt;
    }
    /// Coefficients, the constant first; all 0 where the sums do not determine them.
    std::array<double, 3> solve() const;
    std::array<double, 2> solveStraight() const;
};

std::array<double, 2> PolynomialFit::solveStraight() const {
    const double determinant = powers[0] * powers[2] - powers[1] * powers[1];
    if (!(determinant > 1e-12 * powers[0] * powers[2])) return {};
    return {(moments[0] * powers[2] - moments[1] * powers[1]) / determinant,
            (moments[1] * powers[0] - moments[0] * powers[1]) / determinant};
}

std::array<double, 3> PolynomialFit::solve() const {
    const auto& p = powers;
    const auto& m = moments;
    const double a = p[2] * p[4] - p[3] * p[3];
    const double b = p[2] * p[3] - p[1] * p[4];
    const double c = p[1] * p[3] - p[2] * p[2];
    const double determinant = p[0] * a + p[1] * b + p[2] * c;
    if (!(determinant > 1e-9 * p[0] * p[2] * p[4])) return {};
    const double d = p[0] * p[4] - p[2] * p[2];
    const double e = p[1] * p[2] - p[0] * p[3];
    const double f = p[0] * p[2] - p[1] * p[1];
    return {(a * m[0] + b * m[1] + c * m[2]) / determinant, (b * m[0] + d * m[1] + e * m[2]) / determinant,
            (c * m[0] + e * m[1] + f * m[2]) / determinant};
}

/// \a line with the edge displaced by shift[0] + shift[1] t + shift[2] t².
EdgeLine displaced(EdgeLine line, const std::array<double, 3>& shift) {
    const double cosine = line.cosine();
    line.offset += shift[0] / cosine;
    line.slope = std::clamp(line.slope + shift[1] / (cosine * cosine), -steepest, steepest);
    line.bend += shift[2] / (cosine * cosine * cosine);
    return line;
}

} // namespace

EdgeLine roughLine(const EdgeStrip& strip, const EdgeLine& line, double halfWidth, const EdgeModel& levels) {
    struct Part {
        double t = 0, share = 0, count = 0;
    };
    std::array<Part, parts> sums;
    const double half = line.halfLength * 0.8;
    strip.visit(line, halfWidth, half, [&](double, double t, float light) {
        const auto index = static_cast<std::size_t>((t + half) / (2 * half) * parts);
        auto& part = sums[std::min(index, parts - 1)];
        part.t += t;
        part.share += (static_cast<double>(light) - levels.low) / levels.step();
        part.count += 1;
    });
    PolynomialFit fit;
    for (const auto& part : sums) {
        if (part.count <= 0) continue;
        const double shift = halfWidth * (1 - 2 * part.share / part.count);
        fit.add(part.t / part.count, 1, shift);
    }
    const auto shift = fit.solveStraight();
    return displaced(line, {shift[0], shift[1], 0});
}

EdgeLine refinedLine(const EdgeStrip& strip, const EdgeLine& line, const EdgeModel& model,
                     double halfLength) {
    PolynomialFit fit;
    const double reach = 3 * model.sigma + std::abs(model.centre) + 0.5;
    constexpr std::size_t cells = 192;
    std::array<float, cells + 1> value{};
    std::array<float, cells + 1> slope{};
    const double cell = 2 * reach / cells;
    for (std::size_t i = 0; i <= cells; ++i) {
        const double d = -reach + cell * (static_cast<double>(i) + 0.5);
        value[i] = static_cast<float>(model.value(d));
        slope[i] = static_cast<float>(model.slope(d));
    }
    strip.visit(line, reach, halfLength, [&](double d, double t, float light) {
        const auto i = static_cast<std::size_t>((d + reach) / cell);
        const double along = t / halfLength;
        const double steep = static_cast<double>(slope[i]);
        const double offCell = d + reach - cell * (static_cast<double>(i) + 0.5);
        const double rest = static_cast<double>(light - value[i]) - steep * offCell;
        fit.add(along, steep * steep, -steep * rest);
    });
    auto shift = fit.solve();
    shift[0] += model.centre;
    shift[1] /= halfLength;
    shift[2] /= halfLength * halfLength;
    return displaced(line, shift);
}

} // namespace framegate::imaging
