// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/scene_sketch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace framegate {
namespace {

/// The overlap of cell \a cell of \a cells with piece \a piece of \a pieces, both of one length 1.
double overlap(unsigned cell, unsigned cells, unsigned piece, unsigned pieces) {
    const double begin = std::max(double(cell) / cells, double(piece) / pieces);
    const double end = std::min((cell + 1.0) / cells, (piece + 1.0) / pieces);
    return std::max(0.0, end - begin);
}

/// Mean level of a component in one cell, each block by how much of it lies inside.
float levelIn(const CodedPicture::DcPlane& plane, unsigned row, unsigned column) {
    const unsigned wide = plane.width;
    const unsigned high = plane.height;
    double sum = 0;
    double weight = 0;
    for (unsigned y = row * high / sketchRows; y < high && y * sketchRows < (row + 1) * high; ++y)
        for (unsigned x = column * wide / sketchColumns; x < wide && x * sketchColumns < (column + 1) * wide;
             ++x) {
            const double part = overlap(row, sketchRows, y, high) * overlap(column, sketchColumns, x, wide);
            sum += part * plane.values[std::size_t{y} * wide + x];
            weight += part;
        }
    constexpr double levelsPerDc = 1.0 / 8;
    return static_cast<float>(weight > 0 ? sum / weight * levelsPerDc : 0);
}

BlockColour cellOf(const CodedPicture& picture, unsigned row, unsigned column) {
    const bool coloured = picture.dc.size() == 3;
    const float cb = coloured ? levelIn(picture.dc[1], row, column) : 0;
    const float cr = coloured ? levelIn(picture.dc[2], row, column) : 0;
    return colourOf(levelIn(picture.dc[0], row, column), cb, cr);
}

unsigned repeatedRowsOf(const Look& look) {
    const auto wide = std::ptrdiff_t{look.mcusWide};
    unsigned rows = 0;
    for (auto row = look.colour.end() - wide; row - look.colour.begin() >= wide; row -= wide, ++rows)
        if (!std::equal(row, row + wide, row - wide)) break;
    return rows;
}

std::uint32_t filledMcusOf(const Look& look) {
    const auto other = std::find_if(look.colour.rbegin(), look.colour.rend(),
                                    [&](const BlockColour& colour) { return colour != look.colour.back(); });
    return static_cast<std::uint32_t>(other - look.colour.rbegin());
}

/// What part of one sketch another shows: other(x) = one(from + x × length), across and down, in cells.
struct View {
    double left = 0;
    double top = 0;
    double wide = 1; ///< cells of one for a cell of the other
    double high = 1;
};

/// The colour of \a sketch at a place in cells, between the middles of cells; none outside the picture.
std::optional<BlockColour> colourAt(const SceneSketch& sketch, double x, double y) {
    constexpr double slack = 0.25; // cells: beyond the outer middles
    if (x < -slack || y < -slack || x > sketchColumns - 1 + slack || y > sketchRows - 1 + slack) return {};
    x = std::clamp(x, 0.0, sketchColumns - 1.001);
    y = std::clamp(y, 0.0, sketchRows - 1.001);
    const auto column = static_cast<std::size_t>(x);
    const auto row = static_cast<std::size_t>(y);
    const auto fx = static_cast<float>(x - static_cast<double>(column));
    const auto fy = static_cast<float>(y - static_cast<double>(row));
    const auto* const cell = &sketch.cells[row * sketchColumns + column];
    BlockColour colour{};
    for (std::size_t i = 0; i < colour.size(); ++i)
        colour[i] = (cell[0][i] * (1 - fx) + cell[1][i] * fx) * (1 - fy) +
                    (cell[sketchColumns][i] * (1 - fx) + cell[sketchColumns + 1][i] * fx) * fy;
    return colour;
}

/// Pairs of cells that show the same place.
struct Pairs {
    std::vector<BlockColour> one;
    std::vector<BlockColour> other;
    std::vector<unsigned> cell; ///< of other
};

Pairs pairsOf(const SceneSketch& one, const SceneSketch& other, const View& view) {
    Pairs pairs;
    for (unsigned row = 0; row < sketchRows; ++row)
        for (unsigned column = 0; column < sketchColumns; ++column) {
            const double x = view.left + (column + 0.5) * view.wide - 0.5;
            const double y = view.top + (row + 0.5) * view.high - 0.5;
            const auto colour = colourAt(one, x, y);
            if (!colour) continue;
            const unsigned cell = row * sketchColumns + column;
            pairs.one.push_back(*colour);
            pairs.other.push_back(other.cells[cell]);
            pairs.cell.push_back(cell);
        }
    return pairs;
}

/// Signed mean over the channels of how far a pair is apart.
double signedDifference(const ToneFit& tone, const BlockColour& one, const BlockColour& other) {
    double sum = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        sum += static_cast<double>(other[i]) - tone.gain[i] * static_cast<double>(one[i]) - tone.offset[i];
    return sum / 3;
}

/// The row of cells at which the differences step most.
void findStep(const std::vector<double>& differences, const std::vector<unsigned>& cells,
              SceneDifference& found) {
    for (unsigned row = 1; row < sketchRows; ++row) {
        std::array<double, 2> sums{};
        std::array<double, 2> counts{};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::size_t part = cells[i] / sketchColumns < row ? 0 : 1;
            sums[part] += differences[i];
            ++counts[part];
        }
        if (counts[0] == 0 || counts[1] == 0) continue;
        const double step = sums[1] / counts[1] - sums[0] / counts[0];
        if (std::abs(step) <= std::abs(found.step)) continue;
        found.step = step;
        found.stepRow = row;
    }
}

SceneDifference differenceIn(const Pairs& pairs) {
    SceneDifference difference;
    difference.levels = 255;
    if (2 * pairs.one.size() < std::size_t{sketchColumns} * sketchRows) return difference;
    const auto tone = fitTone(pairs.one, pairs.other);
    std::vector<double> levels;
    std::vector<double> differences;
    for (std::size_t i = 0; i < pairs.one.size(); ++i) {
        levels.push_back(tone.differs(pairs.one[i], pairs.other[i]));
        differences.push_back(signedDifference(tone, pairs.one[i], pairs.other[i]));
    }
    const auto most =
        static_cast<std::size_t>(std::max_element(levels.begin(), levels.end()) - levels.begin());
    difference.column = pairs.cell[most] % sketchColumns;
    difference.row = pairs.cell[most] / sketchColumns;
    findStep(differences, pairs.cell, difference);
    const auto nth = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 19 / 20);
    std::nth_element(levels.begin(), nth, levels.end());
    difference.levels = *nth;
    return difference;
}

} // namespace

SceneSketch sketchOf(const CodedPicture& picture, const Look& look) {
    SceneSketch sketch;
    sketch.size = picture.size;
    sketch.mcusWide = look.mcusWide;
    sketch.mcusHigh = look.mcusHigh;
    sketch.repeatedRows = repeatedRowsOf(look);
    sketch.filledMcus = filledMcusOf(look);
    for (unsigned row = 0; row < sketchRows; ++row)
        for (unsigned column = 0; column < sketchColumns; ++column)
            sketch.cells.push_back(cellOf(picture, row, column));
    return sketch;
}

SceneDifference differenceOf(const SceneSketch& one, const SceneSketch& other) {
    auto best = differenceIn(pairsOf(one, other, View{}));
    constexpr double goodEnough = 10; // levels: no other view need be tried
    if (best.levels <= goodEnough) return best;
    constexpr std::array scales = {0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.18, 1.25, 1.33, 1.43};
    for (const double wide : scales)
        for (const double high : scales) {
            const View view{sketchColumns * (1 - wide) / 2, sketchRows * (1 - high) / 2, wide, high};
            const auto tried = differenceIn(pairsOf(one, other, view));
            if (tried.levels < best.levels) best = tried;
        }
    return best;
}

} // namespace framegate
