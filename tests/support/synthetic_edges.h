// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_place.h"
#include "imaging/grey_view.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

namespace framegate::test {

/// A modulation transfer function along the edge's normal: of cycles/pixel.
using Mtf = std::function<double(double)>;

inline double sincOf(double x) {
    const double angle = std::numbers::pi * x;
    return std::abs(angle) < 1e-9 ? 1 : std::sin(angle) / angle;
}

/// A Gaussian spread as such, with no pixel's area in it.
inline Mtf gaussianMtf(double mtf50) {
    return [=](double f) { return std::exp2(-f * f / (mtf50 * mtf50)); };
}

/// What \a lens becomes when square pixels gather its light, across an edge at that angle: the pixel's shadow
/// on the normal is a box of its cosine and one of its sine.
inline Mtf throughPixels(Mtf lens, double angleDegrees) {
    const double angle = angleDegrees * std::numbers::pi / 180;
    return [lens = std::move(lens), cosine = std::cos(angle), sine = std::sin(angle)](double f) {
        return lens(f) * sincOf(f * cosine) * sincOf(f * sine);
    };
}

/// A lens out of focus: an even disc of \a radius pixels, softened by a Gaussian of \a sigma.
inline Mtf defocusMtf(double radius, double sigma) {
    return [=](double f) {
        const double turn = 2 * std::numbers::pi * f;
        const double disc = f == 0 ? 1 : 2 * std::cyl_bessel_j(1, turn * radius) / (turn * radius);
        return disc * std::exp(-turn * turn * sigma * sigma / 2);
    };
}

/// \a mtf after an unsharp mask of a Gaussian of \a sigma pixels.
inline Mtf sharpened(Mtf mtf, double amount, double sigma) {
    return [=, mtf = std::move(mtf)](double f) {
        const double turn = 2 * std::numbers::pi * f;
        return mtf(f) * (1 + amount * (1 - std::exp(-turn * turn * sigma * sigma / 2)));
    };
}

/// Where \a mtf, sign ignored, first falls to \a level.
inline double fallsTo(const Mtf& mtf, double level, double from = 0) {
    double high = from;
    while (high < 2 && std::abs(mtf(high)) > level)
        high += 1e-3;
    double low = std::max(from, high - 1e-3);
    for (int round = 0; round < 30; ++round) {
        const double middle = (low + high) / 2;
        (std::abs(mtf(middle)) > level ? low : high) = middle;
    }
    return high;
}

/// The edge spread function of an MTF, tabulated: 0 far below the edge, 1 far above.
class EdgeSpread {
public:
    explicit EdgeSpread(const Mtf& mtf) {
        // The integral of MTF(f) sin(2 pi f d) / (pi f), plus one half. The MTF must be gone at 4
        // cycles/pixel.
        constexpr double df = 1.0 / 256;
        for (int i = 0; i <= reach * perPixel; ++i) {
            const double d = static_cast<double>(i) / perPixel;
            double sum = d; // half a step at f = 0, where the integrand is 2 d
            for (double f = df; f < 4; f += df) {
                const double strength = mtf(f);
                sum += strength * std::sin(2 * std::numbers::pi * f * d) / (std::numbers::pi * f);
            }
            above_.push_back(0.5 + sum * df);
        }
    }
    double at(double d) const {
        const double place = std::min(std::abs(d), reach - 0.01) * perPixel;
        const auto i = static_cast<std::size_t>(place);
        const double part = place - static_cast<double>(i);
        const auto value = [&](std::size_t k) { return above_[std::min(k, above_.size() - 1)]; };
        // Cubic between four neighbours: the table's own error stays below 1e-6.
        const double p0 = i > 0 ? value(i - 1) : 1 - value(1);
        const double p1 = value(i), p2 = value(i + 1), p3 = value(i + 2);
        const double share =
            p1 + 0.5 * part *
                     (p2 - p0 + part * (2 * p0 - 5 * p1 + 4 * p2 - p3 + part * (3 * (p1 - p2) + p3 - p0)));
        return d < 0 ? 1 - share : share;
    }

private:
    static constexpr int reach = 60; ///< pixels; the step in f repeats the edge only after 128
    static constexpr int perPixel = 16;
    std::vector<double> above_;
};

/// An edge through the middle of a picture.
struct EdgeScene {
    unsigned width = 240;
    unsigned height = 240;
    bool steep = true;
    double angleDegrees = 5; ///< from the nearer axis, anticlockwise as seen
    double low = 0.2;        ///< light left of a steep edge, above a flat one
    double high = 0.7;
    double shading = 0; ///< relative change of light from side to side of the picture, left to right
    double bend = 0;    ///< 1/pixel: the edge stands off by bend t²
    double noise = 0;   ///< standard deviation, levels
    int bits = 16;      ///< 16: linear; 8: sRGB
    unsigned seed = 1;
    double offset = 0.3; ///< pixels by which the edge misses the middle
};

struct EdgePicture {
    Resolution size;
    std::vector<std::uint16_t> wide;
    std::vector<std::uint8_t> narrow;

    imaging::GreyView view() const {
        if (!wide.empty()) return {size, std::size_t{size.width} * 2, 16, wide.data()};
        return {size, size.width, 8, narrow.data()};
    }
    imaging::ToneCurve curve() const {
        return wide.empty() ? imaging::ToneCurve::srgb(8) : imaging::ToneCurve::linear(16);
    }
};

inline double srgbSignal(double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

inline EdgePicture rendered(const EdgeSpread& spread, const EdgeScene& scene) {
    EdgePicture picture{
        {static_cast<std::uint16_t>(scene.width), static_cast<std::uint16_t>(scene.height)}, {}, {}};
    std::mt19937 random(scene.seed);
    std::normal_distribution<double> grain(0, 1);
    const double angle = scene.angleDegrees * std::numbers::pi / 180;
    for (unsigned y = 0; y < scene.height; ++y)
        for (unsigned x = 0; x < scene.width; ++x) {
            const double right = x - (scene.width - 1) / 2.0;
            const double down = y - (scene.height - 1) / 2.0;
            const double across = scene.steep ? right * std::cos(angle) - down * std::sin(angle)
                                              : down * std::cos(angle) + right * std::sin(angle);
            const double along = scene.steep ? down : right;
            const double share = spread.at(across - scene.offset - scene.bend * along * along);
            const double shade = 1 + scene.shading * right / scene.width;
            const double light = (scene.low + (scene.high - scene.low) * share) * shade;
            const double highest = scene.bits == 16 ? 65535 : 255;
            const double signal = scene.bits == 16 ? light : srgbSignal(light);
            const double level = signal * highest + scene.noise * grain(random);
            const double rounded = std::clamp(std::round(level), 0.0, highest);
            if (scene.bits == 16)
                picture.wide.push_back(static_cast<std::uint16_t>(rounded));
            else
                picture.narrow.push_back(static_cast<std::uint8_t>(rounded));
        }
    return picture;
}

/// Rough ends of the scene's edge, \a inset pixels from the picture's rim.
inline imaging::EdgePlace placeOf(const EdgeScene& scene, double inset = 16) {
    const double middleX = (scene.width - 1) / 2.0;
    const double middleY = (scene.height - 1) / 2.0;
    const double slope = std::tan(scene.angleDegrees * std::numbers::pi / 180);
    if (scene.steep) {
        const double half = middleY - inset;
        return {{middleX - slope * half, inset}, {middleX + slope * half, middleY + half}};
    }
    const double half = middleX - inset;
    return {{inset, middleY + slope * half}, {middleX + half, middleY - slope * half}};
}

} // namespace framegate::test
