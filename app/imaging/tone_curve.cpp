// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/grey_view.h"

#include <cmath>

namespace framegate::imaging {
namespace {

template <class Curve>
std::vector<float> tabulated(int bits, Curve&& curve) {
    std::vector<float> light(std::size_t{1} << bits);
    const auto highest = static_cast<double>(light.size() - 1);
    for (std::size_t level = 0; level < light.size(); ++level)
        light[level] = static_cast<float>(curve(static_cast<double>(level) / highest));
    return light;
}

double srgbToLight(double signal) {
    return signal <= 0.04045 ? signal / 12.92 : std::pow((signal + 0.055) / 1.055, 2.4);
}

} // namespace

ToneCurve ToneCurve::linear(int bits) {
    return ToneCurve(tabulated(bits, [](double signal) { return signal; }));
}

ToneCurve ToneCurve::srgb(int bits) {
    return ToneCurve(tabulated(bits, srgbToLight));
}

} // namespace framegate::imaging
