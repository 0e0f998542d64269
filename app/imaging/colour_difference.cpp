// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/colour_difference.h"

#include <cmath>
#include <numbers>

namespace framegate::imaging {
namespace {

constexpr double perDegree = std::numbers::pi / 180;

double labCurve(double share) {
    constexpr double bend = 6.0 / 29.0;
    return share > bend * bend * bend ? std::cbrt(share) : share / (3 * bend * bend) + 4.0 / 29.0;
}

/// Degrees, 0 to 360; 0 for a colour without hue.
double hueOf(double a, double b) {
    if (a == 0 && b == 0) return 0;
    const double degrees = std::atan2(b, a) / perDegree;
    return degrees < 0 ? degrees + 360 : degrees;
}

/// The way from one hue to another, the shorter way round.
double hueStep(double from, double to) {
    const double step = to - from;
    if (step > 180) return step - 360;
    return step < -180 ? step + 360 : step;
}

double meanHue(double one, double other, bool grey) {
    if (grey) return one + other;
    if (std::abs(one - other) <= 180) return (one + other) / 2;
    return (one + other + (one + other < 360 ? 360 : -360)) / 2;
}

double cosOf(double degrees) {
    return std::cos(degrees * perDegree);
}

/// C^7 / (C^7 + 25^7), under the root.
double chromaRoot(double chroma) {
    const double seventh = std::pow(chroma, 7);
    return std::sqrt(seventh / (seventh + std::pow(25.0, 7)));
}

} // namespace

double Lab::chroma() const {
    return std::hypot(a, b);
}

Lab labOf(const std::array<double, 3>& linearRgb) {
    const auto [r, g, b] = linearRgb;
    // White of D65 in the denominators.
    const double x = labCurve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const double y = labCurve(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const double z = labCurve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double deltaE00(const Lab& one, const Lab& other) {
    const double stretch = 1.5 - 0.5 * chromaRoot((one.chroma() + other.chroma()) / 2);
    const double a1 = stretch * one.a;
    const double a2 = stretch * other.a;
    const double c1 = std::hypot(a1, one.b);
    const double c2 = std::hypot(a2, other.b);
    const bool grey = c1 * c2 == 0;
    const double h1 = hueOf(a1, one.b);
    const double h2 = hueOf(a2, other.b);
    const double hueTurn = grey ? 0 : hueStep(h1, h2);
    const double lightStep = other.l - one.l;
    const double chromaStep = c2 - c1;
    const double hueDistance = 2 * std::sqrt(c1 * c2) * std::sin(hueTurn / 2 * perDegree);

    const double light = (one.l + other.l) / 2;
    const double chroma = (c1 + c2) / 2;
    const double hue = meanHue(h1, h2, grey);
    const double t = 1 - 0.17 * cosOf(hue - 30) + 0.24 * cosOf(2 * hue) + 0.32 * cosOf(3 * hue + 6) -
                     0.20 * cosOf(4 * hue - 63);
    const double fromMiddle = (light - 50) * (light - 50);
    const double lightWeight = 1 + 0.015 * fromMiddle / std::sqrt(20 + fromMiddle);
    const double chromaWeight = 1 + 0.045 * chroma;
    const double hueWeight = 1 + 0.015 * chroma * t;
    const double blueness = (hue - 275) / 25;
    const double turn = -std::sin(60 * std::exp(-blueness * blueness) * perDegree) * 2 * chromaRoot(chroma);

    const double l = lightStep / lightWeight;
    const double c = chromaStep / chromaWeight;
    const double h = hueDistance / hueWeight;
    return std::sqrt(l * l + c * c + h * h + turn * c * h);
}

} // namespace framegate::imaging
