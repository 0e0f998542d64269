// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_strip.h"

namespace framegate::imaging {
namespace {

constexpr double longestHalf = 1024; ///< pixels of an edge that are looked at, each way

} // namespace

EdgeLine EdgeLine::through(const EdgePlace& place) {
    const double dx = place.end.x - place.start.x;
    const double dy = place.end.y - place.start.y;
    const double middleX = (place.start.x + place.end.x) / 2;
    const double middleY = (place.start.y + place.end.y) / 2;
    EdgeLine line;
    line.steep = std::abs(dy) >= std::abs(dx);
    line.middle = line.steep ? middleY : middleX;
    line.offset = line.steep ? middleX : middleY;
    line.slope = line.steep ? dx / dy : dy / dx;
    line.halfLength = std::min(std::hypot(dx, dy) / 2, longestHalf);
    return line;
}

EdgeStrip EdgeStrip::cut(const GreyView& picture, const ToneCurve& curve, const EdgeLine& line,
                         double halfWidth, int every) {
    EdgeStrip strip;
    const double half = line.halfLength * line.cosine() + halfWidth;
    const int last = (line.steep ? picture.size.height : picture.size.width) - 1;
    const int from = static_cast<int>(std::ceil(std::max(0.0, line.middle - half)));
    const int to = static_cast<int>(std::floor(std::min<double>(last, line.middle + half)));
    const auto rows = static_cast<std::size_t>(std::max(0, to - from + 1) / every + 1);
    strip.rows_.reserve(rows);
    strip.light_.reserve(rows * static_cast<std::size_t>(2 * halfWidth / line.cosine() + 4));
    for (int along = from; along <= to; along += every)
        strip.cutRow(picture, curve, line, halfWidth, along);
    return strip;
}

void EdgeStrip::cutRow(const GreyView& picture, const ToneCurve& curve, const EdgeLine& line,
                       double halfWidth, int along) {
    const double u = along - line.middle;
    const double place = line.offset + (line.slope + line.bend * u) * u;
    const double reach = halfWidth / line.cosine() + 1;
    const int end = line.steep ? picture.size.width : picture.size.height;
    if (!(place + reach >= 0 && place - reach < end)) return;
    const int from = static_cast<int>(std::ceil(std::max(0.0, place - reach)));
    const int to = static_cast<int>(std::floor(std::min<double>(end - 1, place + reach)));
    if (to < from) return;
    const auto begin = light_.size();
    light_.resize(begin + static_cast<std::size_t>(to - from + 1));
    const auto highest = picture.highestLevel();
    auto* light = light_.data() + begin;
    const auto take = [&](std::uint16_t level) {
        clipped_ += level == 0 || level == highest;
        *light++ = curve.light(level);
    };
    if (line.steep)
        for (int across = from; across <= to; ++across)
            take(picture.level(across, along));
    else
        for (int across = from; across <= to; ++across)
            take(picture.level(along, across));
    rows_.push_back({along, from, begin, light_.size()});
}

double EdgeStrip::clippedShare() const {
    return light_.empty() ? 0 : static_cast<double>(clipped_) / static_cast<double>(light_.size());
}

} // namespace framegate::imaging
