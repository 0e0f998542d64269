// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/chart_drawing.h"

#include "simulation/angles.h"

#include <algorithm>
#include <cmath>

namespace framegate::simulation {
namespace {

struct Point {
    double x;
    double y;
};
using Outline = std::vector<Point>;

/// The part of \a outline where the coordinate that \a of picks is at least, or at most, \a bound.
template <class Of>
Outline cut(const Outline& outline, Of of, double bound, bool atLeast) {
    Outline kept;
    const auto inside = [&](const Point& p) { return atLeast ? of(p) >= bound : of(p) <= bound; };
    for (std::size_t i = 0; i < outline.size(); ++i) {
        const auto& a = outline[i];
        const auto& b = outline[(i + 1) % outline.size()];
        if (inside(a)) kept.push_back(a);
        if (inside(a) == inside(b)) continue;
        const double t = (bound - of(a)) / (of(b) - of(a));
        kept.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
    return kept;
}

double areaOf(const Outline& outline) {
    double twice = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        const auto& a = outline[i];
        const auto& b = outline[(i + 1) % outline.size()];
        twice += a.x * b.y - a.y * b.x;
    }
    return std::abs(twice) / 2;
}

/// Lays shapes on a sheet of light, one over the other.
class Sheet {
public:
    Sheet(int width, int height, const ChartView& view, const SurfaceColour& colour)
        : view_(view), colour_(colour), light_{width, height, {}} {
        light_.rgb.resize(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    }

    void fill(const ChartColour& reflected) {
        const auto colour = colour_(reflected);
        for (std::size_t i = 0; i < light_.rgb.size(); ++i)
            light_.rgb[i] = static_cast<float>(colour[i % 3]);
    }

    /// An outline in chart widths, convex on the chart.
    void lay(const Outline& onChart, const ChartColour& reflected) {
        const auto outline = seen(onChart);
        const auto colour = colour_(reflected);
        const auto byY = [](const Point& a, const Point& b) { return a.y < b.y; };
        const auto [top, bottom] = std::minmax_element(outline.begin(), outline.end(), byY);
        const int first = std::max(0, static_cast<int>(std::floor(top->y)));
        const int last = std::min(light_.height - 1, static_cast<int>(std::ceil(bottom->y)) - 1);
        for (int row = first; row <= last; ++row)
            layRow(outline, row, colour);
    }

    ChartLight take() { return std::move(light_); }

private:
    /// The outline as it lies in the picture, its edges in pieces: a lens bends them.
    Outline seen(const Outline& onChart) const {
        const int pieces = view_.radial == 0 ? 1 : 8;
        Outline outline;
        for (std::size_t i = 0; i < onChart.size(); ++i) {
            const auto& a = onChart[i];
            const auto& b = onChart[(i + 1) % onChart.size()];
            for (int piece = 0; piece < pieces; ++piece) {
                const double t = double(piece) / pieces;
                const auto at =
                    view_.place({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}, light_.width, light_.height);
                outline.push_back({at[0], at[1]});
            }
        }
        return outline;
    }

    static double yOf(const Point& p) { return p.y; }
    static double xOf(const Point& p) { return p.x; }

    void layRow(const Outline& outline, int row, const ChartColour& colour) {
        const auto strip = cut(cut(outline, yOf, row, true), yOf, row + 1, false);
        if (strip.size() < 3) return;
        const auto byX = [](const Point& a, const Point& b) { return a.x < b.x; };
        const auto [left, right] = std::minmax_element(strip.begin(), strip.end(), byX);
        const int first = std::max(0, static_cast<int>(std::floor(left->x)));
        const int last = std::min(light_.width - 1, static_cast<int>(std::ceil(right->x)) - 1);
        const auto share = [&](int column) {
            return areaOf(cut(cut(strip, xOf, column, true), xOf, column + 1, false));
        };
        int left_end = first; // between the two ends all pixels are covered
        for (double covered = 0; left_end <= last && covered < whole; ++left_end)
            blend(row, left_end, covered = share(left_end), colour);
        int right_end = last;
        for (double covered = 0; right_end >= left_end && covered < whole; --right_end)
            blend(row, right_end, covered = share(right_end), colour);
        for (int column = left_end; column <= right_end; ++column)
            blend(row, column, 1, colour);
    }

    void blend(int row, int column, double share, const ChartColour& colour) {
        const auto at = 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(light_.width) +
                             static_cast<std::size_t>(column));
        for (std::size_t c = 0; c < 3; ++c)
            light_.rgb[at + c] += static_cast<float>(share * (colour[c] - light_.rgb[at + c]));
    }

    static constexpr double whole = 1 - 1e-9;
    const ChartView& view_;
    const SurfaceColour& colour_;
    ChartLight light_;
};

ChartColour grey(double reflectance) {
    return {reflectance, reflectance, reflectance};
}

Outline rectangle(double left, double top, double width, double height) {
    return {{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}};
}

Outline aboutCentre(ChartPoint centre, double side, double degrees = 0) {
    const double radius = side / std::sqrt(2.0);
    Outline outline;
    for (int i = 0; i < 4; ++i) {
        const double angle = (degrees + 225 + 90 * i) * perDegree;
        outline.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
    }
    return outline;
}

/// A polygon of so many corners that it passes for round.
Outline disc(ChartPoint centre, double radius) {
    constexpr int corners = 180;
    Outline outline;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * 3.14159265358979323846 * i / corners;
        outline.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
    }
    return outline;
}

/// White cells that touch are laid as one, along rows and along columns: two edges that share a pixel would
/// let the ground through.
void layWhiteCells(Sheet& sheet, const ChartMarker& marker, const ChartFiducial& fiducial, bool alongRows) {
    const double cell = marker.side / chartFrameCells;
    const double left = fiducial.centre.x - marker.side / 2;
    const double top = fiducial.centre.y - marker.side / 2;
    const auto white = [&](int line, int place) {
        return alongRows ? fiducial.white(line, place) : fiducial.white(place, line);
    };
    for (int line = 1; line <= chartCodeCells; ++line)
        for (int place = 1; place <= chartCodeCells; ++place) {
            const int begin = place;
            while (white(line, place))
                ++place;
            if (place == begin) continue;
            const double length = (place - begin) * cell;
            sheet.lay(alongRows ? rectangle(left + begin * cell, top + line * cell, length, cell)
                                : rectangle(left + line * cell, top + begin * cell, cell, length),
                      grey(marker.white));
        }
}

void layFiducial(Sheet& sheet, const ChartMarker& marker, const ChartFiducial& fiducial) {
    sheet.lay(aboutCentre(fiducial.centre, marker.side + 2 * marker.margin), grey(marker.white));
    sheet.lay(aboutCentre(fiducial.centre, marker.side), grey(marker.black));
    layWhiteCells(sheet, marker, fiducial, true);
    layWhiteCells(sheet, marker, fiducial, false);
}

void layWedge(Sheet& sheet, const ChartWedge& wedge) {
    const double group = wedge.width / static_cast<double>(wedge.pitches.size());
    double left = wedge.centre.x - wedge.width / 2;
    for (const double pitch : wedge.pitches) {
        for (int bar = 0; (bar + 0.5) * pitch <= group + 1e-9; ++bar)
            sheet.lay(
                rectangle(left + bar * pitch, wedge.centre.y - wedge.height / 2, pitch / 2, wedge.height),
                grey(wedge.reflectance));
        left += group;
    }
}

} // namespace

std::array<double, 2> ChartView::place(ChartPoint point, int width, int height) const {
    const double half = 0.5 * height / width;
    const double x = (mirrored ? 0.5 - point.x : point.x - 0.5) * scale;
    const double y = (point.y - half) * scale;
    const double c = std::cos(degrees * perDegree);
    const double s = std::sin(degrees * perDegree);
    const double u = c * x - s * y + right;
    const double v = s * x + c * y + down;
    const double bent = 1 + radial * (u * u + v * v) / (0.25 + half * half);
    return {(0.5 + bent * u) * width, (half + bent * v) * width};
}

ChartLight drawChart(const ChartDescription& chart, int width, int height, const ChartView& view,
                     const SurfaceColour& colour) {
    Sheet sheet(width, height, view, colour);
    sheet.fill(grey(chart.background));
    for (const auto& fiducial : chart.fiducials)
        layFiducial(sheet, chart.marker, fiducial);
    for (const auto& square : chart.squares)
        sheet.lay(aboutCentre(square.centre, square.side, square.degrees), grey(square.reflectance));
    for (const auto& patch : chart.patches)
        sheet.lay(aboutCentre(patch.centre, patch.side), patch.colour);
    sheet.lay(disc(chart.trap.centre, chart.trap.radius), grey(chart.trap.reflectance));
    layWedge(sheet, chart.wedge);
    return sheet.take();
}

} // namespace framegate::simulation
