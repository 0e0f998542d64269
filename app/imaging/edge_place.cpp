// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_place.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace framegate::imaging {
namespace {

constexpr double widestReach = 64;

} // namespace

std::string_view sideText(Side side) {
    constexpr std::array<std::string_view, 4> texts = {"top", "right", "bottom", "left"};
    return texts[static_cast<std::size_t>(side)];
}

std::array<EdgePlace, 4> edgesOf(const SquarePlace& square) {
    const double angle = -std::remainder(square.angleDegrees, 90) * std::numbers::pi / 180; // y points down
    const double half = square.side / 2;
    const auto corner = [&](double right, double down) {
        return PicturePoint{square.centre.x + half * (right * std::cos(angle) - down * std::sin(angle)),
                            square.centre.y + half * (right * std::sin(angle) + down * std::cos(angle))};
    };
    const double reach = std::min(square.side / 3, widestReach);
    const auto topLeft = corner(-1, -1);
    const auto topRight = corner(1, -1);
    const auto bottomRight = corner(1, 1);
    const auto bottomLeft = corner(-1, 1);
    return {EdgePlace{topLeft, topRight, reach}, EdgePlace{topRight, bottomRight, reach},
            EdgePlace{bottomRight, bottomLeft, reach}, EdgePlace{bottomLeft, topLeft, reach}};
}

} // namespace framegate::imaging
