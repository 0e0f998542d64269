// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_place.h"
#include "imaging/grey_view.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace framegate::imaging {

/// An edge as a slightly bent line. "Along" is the picture's axis that lies nearer to the edge, "across" the
/// other: a steep edge runs along y. The line is at across = offset + slope u + bend u², u = along - middle.
struct EdgeLine {
    bool steep = true;
    double middle = 0;
    double offset = 0;
    double slope = 0;      ///< within ±1, or a little more
    double bend = 0;       ///< 1/pixel
    double halfLength = 0; ///< pixels of the edge, measured on it, each way from its middle

    /// The straight line through the two ends.
    static EdgeLine through(const EdgePlace& place);
    double cosine() const { return 1 / std::hypot(1, slope); }
};

/// The pixels near a line, in light, as the rows or columns that cross it.
class EdgeStrip {
public:
    /// Cuts what lies within \a halfWidth pixels of \a line out of the picture, of rows or columns only one
    /// in \a every. Its size is bounded by that and by the line's length.
    static EdgeStrip cut(const GreyView& picture, const ToneCurve& curve, const EdgeLine& line,
                         double halfWidth, int every = 1);

    /// Calls visit(d, t, light) for each pixel within \a halfWidth of \a line and \a halfLength of its
    /// middle: d is the distance from the line, rising with the coordinate across, t the place along it.
    template <class Visit>
    void visit(const EdgeLine& line, double halfWidth, double halfLength, Visit&& visit) const;

    std::size_t pixels() const { return light_.size(); }
    /// The share of them at level 0 or at the highest.
    double clippedShare() const;

private:
    struct Row {
        int along = 0;
        int firstAcross = 0;
        std::size_t begin = 0; ///< in light_
        std::size_t end = 0;
    };
    void cutRow(const GreyView& picture, const ToneCurve& curve, const EdgeLine& line, double halfWidth,
                int along);

    std::vector<Row> rows_;
    std::vector<float> light_;
    std::size_t clipped_ = 0;
};

template <class Visit>
void EdgeStrip::visit(const EdgeLine& line, double halfWidth, double halfLength, Visit&& visit) const {
    for (const auto& row : rows_) {
        const double u = row.along - line.middle;
        const double place = line.offset + (line.slope + line.bend * u) * u;
        const double slope = line.slope + 2 * line.bend * u;
        const double cosine = 1 / std::sqrt(1 + slope * slope);
        const double sine = slope * cosine;
        const double reach = halfWidth / cosine;
        double low = place - reach;
        double high = place + reach;
        if (std::abs(sine) > 1e-9) {
            const double nearEnd = (-halfLength - u / cosine) / sine;
            const double farEnd = (halfLength - u / cosine) / sine;
            low = std::max(low, place + std::min(nearEnd, farEnd));
            high = std::min(high, place + std::max(nearEnd, farEnd));
        } else if (std::abs(u) > halfLength) {
            continue;
        }
        const int count = static_cast<int>(row.end - row.begin);
        if (!(low <= row.firstAcross + count && high >= row.firstAcross)) continue;
        const int first = std::max(0, static_cast<int>(std::ceil(low)) - row.firstAcross);
        const int last = std::min(count - 1, static_cast<int>(std::floor(high)) - row.firstAcross);
        for (int i = first; i <= last; ++i) {
            const double away = row.firstAcross + i - place;
            visit(away * cosine, u / cosine + away * sine, light_[row.begin + static_cast<std::size_t>(i)]);
        }
    }
}

} // namespace framegate::imaging
