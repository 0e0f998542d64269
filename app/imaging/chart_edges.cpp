// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_markers.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr double stepPx = 0.5;      // between samples across an edge
constexpr int coarseRounds = 4;     // with few profiles; each round starts from the line before
constexpr int fineRounds = 1;       // with all
constexpr double usedShare = 0.8;   // of an edge's length: its ends belong to two edges
constexpr double reachCells = 0.65; // across an edge: beyond a cell other cells begin
constexpr double longestReachPx = 12;
constexpr double leastContrast = 0.02; // in linear light

/// Linear light, 0…1, of each 8-bit sRGB level.
const std::array<float, 256>& linearOf() {
    static const auto table = [] {
        std::array<float, 256> made{};
        for (std::size_t i = 0; i < made.size(); ++i) {
            const double v = static_cast<double>(i) / 255;
            made[i] = static_cast<float>(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
        }
        return made;
    }();
    return table;
}

/// Linear light between four pixels. Outside the picture its rim goes on.
double lightAt(const std::array<float, 256>& linear, const PlainGrey& grey, double x, double y) {
    x = std::clamp(x, 0.0, grey.width - 1.001);
    y = std::clamp(y, 0.0, grey.height - 1.001);
    const auto column = static_cast<int>(x);
    const auto row = static_cast<int>(y);
    const double fx = x - column;
    const double fy = y - row;
    const auto* p = grey.pixels + std::ptrdiff_t{row} * grey.width + column;
    const double top = linear[p[0]] * (1 - fx) + linear[p[1]] * fx;
    const double bottom = linear[p[grey.width]] * (1 - fx) + linear[p[grey.width + 1]] * fx;
    return top * (1 - fy) + bottom * fy;
}

/// A line: a point on it, and its direction of length 1.
struct Line {
    ImagePoint at;
    ImagePoint along;
};

/// Profiles across one edge, dark side at negative distances.
class EdgeFit {
public:
    EdgeFit(PlainGrey grey, ImagePoint from, ImagePoint to, int cells) : grey_(grey) {
        const double dx = to.x - from.x;
        const double dy = to.y - from.y;
        length_ = std::hypot(dx, dy);
        line_ = {{(from.x + to.x) / 2, (from.y + to.y) / 2}, {dx / length_, dy / length_}};
        reach_ = std::min(longestReachPx, reachCells * length_ / cells);
    }

    std::optional<Line> fitted() {
        for (int round = 0; round < coarseRounds + fineRounds; ++round) {
            const int all = std::max(4, static_cast<int>(usedShare * length_));
            places_ = round < coarseRounds ? std::min(all, std::max(16, all / 8)) : all;
            if (!improve()) return std::nullopt;
        }
        return line_;
    }

private:
    /// Going round clockwise, the outside is to the left: up from an edge that runs to the right.
    ImagePoint outwards() const { return {line_.along.y, -line_.along.x}; }
    double light(double along, double out) const {
        const auto n = outwards();
        return lightAt(linear_, grey_, line_.at.x + along * line_.along.x + out * n.x,
                       line_.at.y + along * line_.along.y + out * n.y);
    }
    int halfSteps() const { return std::max(2, static_cast<int>(reach_ / stepPx)); }

    /// Mean light along the edge at the two ends of the profiles.
    void levels() {
        const int steps = halfSteps();
        const int places = places_;
        dark_ = bright_ = 0;
        for (int i = 0; i < places; ++i)
            for (int end = 0; end < 2; ++end) {
                dark_ += light(along(i), -(steps - end) * stepPx);
                bright_ += light(along(i), (steps - end) * stepPx);
            }
        dark_ /= 2 * places;
        bright_ /= 2 * places;
    }
    double along(int place) const { return ((place + 0.5) / places_ - 0.5) * usedShare * length_; }

    /// Where the step would be that holds as much light as the profile: blur that is the same to both sides
    /// does not move it.
    double edgeAt(double along) const {
        const int steps = halfSteps();
        double light = 0;
        for (int step = -steps; step <= steps; ++step)
            light += this->light(along, step * stepPx) * (std::abs(step) == steps ? 0.5 : 1);
        const double share = (light / (2 * steps) - dark_) / (bright_ - dark_);
        return (1 - 2 * share) * steps * stepPx;
    }

    bool improve();
    bool turnAndMove(const std::vector<std::array<double, 2>>& places);

    PlainGrey grey_;
    const std::array<float, 256>& linear_ = linearOf();
    Line line_;
    double length_ = 0;
    double reach_ = 0;
    int places_ = 4; // along the edge, at which its profile is taken
    double dark_ = 0;
    double bright_ = 0;
};

/// Line through places (along, out) by least squares, twice: the second time without those far off.
bool EdgeFit::turnAndMove(const std::vector<std::array<double, 2>>& places) {
    double offset = 0;
    double slope = 0;
    double limit = reach_;
    for (int pass = 0; pass < 2; ++pass) {
        double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, squares = 0;
        for (const auto& [x, y] : places) {
            const double off = y - offset - slope * x;
            if (std::abs(off) > limit) continue;
            n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y, squares += off * off;
        }
        const double determinant = n * sxx - sx * sx;
        if (n < 4 || determinant <= 0) return false;
        slope = (n * sxy - sx * sy) / determinant;
        offset = (sy - slope * sx) / n;
        limit = std::max(0.2, 2.5 * std::sqrt(squares / n));
    }
    const auto out = outwards();
    line_.at = {line_.at.x + offset * out.x, line_.at.y + offset * out.y};
    const double norm = std::hypot(1.0, slope);
    line_.along = {(line_.along.x + slope * out.x) / norm, (line_.along.y + slope * out.y) / norm};
    return true;
}

bool EdgeFit::improve() {
    levels();
    if (bright_ - dark_ < leastContrast) return false;
    std::vector<std::array<double, 2>> places;
    for (int i = 0; i < places_; ++i) {
        const double edge = edgeAt(along(i));
        if (std::abs(edge) < reach_) places.push_back({along(i), edge});
    }
    return turnAndMove(places);
}

std::optional<ImagePoint> meeting(const Line& a, const Line& b) {
    const double cross = a.along.x * b.along.y - a.along.y * b.along.x;
    if (std::abs(cross) < 0.1) return std::nullopt;
    const double t = ((b.at.x - a.at.x) * b.along.y - (b.at.y - a.at.y) * b.along.x) / cross;
    return ImagePoint{a.at.x + t * a.along.x, a.at.y + t * a.along.y};
}

} // namespace

std::array<ImagePoint, 4> refineCorners(PlainGrey grey, const std::array<ImagePoint, 4>& corners, int cells) {
    std::array<std::optional<Line>, 4> edges;
    for (std::size_t i = 0; i < 4; ++i)
        edges[i] = EdgeFit(grey, corners[i], corners[(i + 1) % 4], cells).fitted();
    auto refined = corners;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& before = edges[(i + 3) % 4];
        const auto corner = before && edges[i] ? meeting(*before, *edges[i]) : std::nullopt;
        if (corner) refined[i] = *corner;
    }
    return refined;
}

} // namespace framegate::imaging
