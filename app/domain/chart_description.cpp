// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/chart_description.h"

#include <cmath>
#include <numbers>

namespace framegate {
namespace {

bool bitAt(std::uint16_t bits, int row, int column) {
    return (bits >> (chartCodeCells * chartCodeCells - 1 - (row * chartCodeCells + column)) & 1) != 0;
}

} // namespace

bool ChartFiducial::white(int row, int column) const {
    const bool frame = row < 1 || column < 1 || row > chartCodeCells || column > chartCodeCells;
    return !frame && bitAt(bits, row - 1, column - 1);
}

std::array<ChartPoint, 4> ChartSquare::corners() const {
    return squareCorners(centre, side, degrees);
}

std::array<ChartPoint, 4> ChartPatch::corners() const {
    return squareCorners(centre, side, 0);
}

std::array<ChartPoint, 4> squareCorners(ChartPoint centre, double side, double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    const double c = side / 2 * std::cos(angle);
    const double s = side / 2 * std::sin(angle);
    return {{{centre.x - c + s, centre.y - s - c},
             {centre.x + c + s, centre.y + s - c},
             {centre.x + c - s, centre.y + s + c},
             {centre.x - c - s, centre.y - s + c}}};
}

std::uint16_t turnedClockwise(std::uint16_t bits) {
    unsigned turned = 0;
    for (int row = 0; row < chartCodeCells; ++row)
        for (int column = 0; column < chartCodeCells; ++column)
            turned = turned << 1 | (bitAt(bits, chartCodeCells - 1 - column, row) ? 1U : 0U);
    return static_cast<std::uint16_t>(turned);
}

} // namespace framegate
