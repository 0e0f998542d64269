// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_sharpness.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr double reachShare = 0.0123; // of the picture's width: nothing printed is nearer to an edge
constexpr double leastReach = 5;      // pixels
constexpr double longestEdge = 144;   // pixels: longer ones cost time that more edges use better
constexpr double narrowReach = 20;    // pixels: enough for a blur of 3 pixels
constexpr double shiftReach = 12;     // pixels each way in which an edge's centroid is taken
constexpr int shiftLines = 32;        // across each edge

using Levels = std::array<double, 3>; // red, green, blue

/// Between pixels, by the four around.
Levels levelsAt(const DecodedPicture& picture, double x, double y) {
    const int x0 = std::clamp(static_cast<int>(std::floor(x)), 0, picture.size.width - 2);
    const int y0 = std::clamp(static_cast<int>(std::floor(y)), 0, picture.size.height - 2);
    const double u = std::clamp(x - x0, 0.0, 1.0);
    const double v = std::clamp(y - y0, 0.0, 1.0);
    const auto* top = picture.bgr.data() + 3 * (std::size_t(y0) * picture.size.width + std::size_t(x0));
    const auto* bottom = top + 3 * std::size_t{picture.size.width};
    Levels levels{};
    for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t at = 2 - c;
        levels[c] =
            (1 - v) * ((1 - u) * top[at] + u * top[at + 3]) + v * ((1 - u) * bottom[at] + u * bottom[at + 3]);
    }
    return levels;
}

/// Where each colour's edge lies along a line of levels, in samples from the middle: by the balance of its
/// levels between those of the two ends.
std::optional<Levels> edgePlaces(const std::vector<Levels>& line) {
    const std::size_t ends = line.size() / 5;
    Levels places{};
    for (std::size_t c = 0; c < 3; ++c) {
        double first = 0;
        double last = 0;
        double sum = 0;
        for (std::size_t i = 0; i < line.size(); ++i) {
            sum += line[i][c];
            if (i < ends) first += line[i][c] / double(ends);
            if (i >= line.size() - ends) last += line[i][c] / double(ends);
        }
        if (std::abs(last - first) < 10) return std::nullopt;
        // So many samples of the first level, the rest of the last.
        places[c] = (sum - last * double(line.size())) / (first - last) - double(line.size()) / 2;
    }
    return places;
}

/// Red and blue against green, outwards, in pixels.
void measureShifts(const DecodedPicture& picture, double width, MeasuredEdge& edge) {
    const double dx = edge.to.x - edge.from.x;
    const double dy = edge.to.y - edge.from.y;
    const double length = std::hypot(dx, dy);
    const double reach = std::min(shiftReach, reachShare * width);
    ImagePoint outwards{dy / length, -dx / length};
    const double middleX = (edge.from.x + edge.to.x) / 2 - (picture.size.width - 1) / 2.0;
    const double middleY = (edge.from.y + edge.to.y) / 2 - (picture.size.height - 1) / 2.0;
    if (outwards.x * middleX + outwards.y * middleY < 0) outwards = {-outwards.x, -outwards.y};
    const int samples = 2 * static_cast<int>(reach * 2) + 1;
    double red = 0;
    double blue = 0;
    int lines = 0;
    for (int i = 0; i < shiftLines; ++i) {
        const double t = 0.15 + 0.7 * (i + 0.5) / shiftLines;
        std::vector<Levels> line;
        for (int k = 0; k < samples; ++k) {
            const double away = (k - samples / 2) / 2.0;
            line.push_back(levelsAt(picture, edge.from.x + t * dx + away * outwards.x,
                                    edge.from.y + t * dy + away * outwards.y));
        }
        const auto places = edgePlaces(line);
        if (!places) continue;
        red += ((*places)[0] - (*places)[1]) / 2; // samples are half a pixel apart
        blue += ((*places)[2] - (*places)[1]) / 2;
        ++lines;
    }
    if (lines == 0) return;
    edge.redShift = red / lines;
    edge.blueShift = blue / lines;
}

/// An edge along the radius shows blur across it, and the other way round.
bool runsAlongRadius(const MeasuredEdge& edge, Resolution size) {
    const double x = (edge.from.x + edge.to.x) / 2 - (size.width - 1) / 2.0;
    const double y = (edge.from.y + edge.to.y) / 2 - (size.height - 1) / 2.0;
    const double dx = edge.to.x - edge.from.x;
    const double dy = edge.to.y - edge.from.y;
    return std::abs(x * dx + y * dy) > std::abs(x * dy - y * dx);
}

bool keepsInside(const MeasuredEdge& edge, double reach, Resolution size) {
    const auto inside = [&](ImagePoint point) {
        return point.x > reach && point.y > reach && point.x < size.width - 1 - reach &&
               point.y < size.height - 1 - reach;
    };
    return inside(edge.from) && inside(edge.to);
}

/// The edges of a square that are worth their time.
std::vector<MeasuredEdge> edgesToMeasure(const ChartSquare& square, const std::array<ImagePoint, 4>& quad,
                                         double reach, Resolution size) {
    const bool all = square.zone == ChartZone::Centre || square.zone == ChartZone::Corner;
    std::vector<MeasuredEdge> edges;
    for (std::size_t side = 0; side < 4; ++side) {
        MeasuredEdge edge;
        edge.square = square.name;
        edge.zone = square.zone;
        edge.from = quad[side];
        edge.to = quad[(side + 1) % 4];
        edge.sagittal = runsAlongRadius(edge, size);
        const auto like = [&](const MeasuredEdge& other) { return other.sagittal == edge.sagittal; };
        const bool another = std::none_of(edges.begin(), edges.end(), like) && keepsInside(edge, reach, size);
        if (all || another) edges.push_back(std::move(edge));
    }
    return edges;
}

/// The edge, or the middle of a long one.
EdgePlace placeOf(const MeasuredEdge& edge, double reach) {
    const double dx = edge.to.x - edge.from.x;
    const double dy = edge.to.y - edge.from.y;
    const double cut = std::max(0.0, 0.5 - longestEdge / 2 / std::hypot(dx, dy));
    return {{edge.from.x + cut * dx, edge.from.y + cut * dy},
            {edge.to.x - cut * dx, edge.to.y - cut * dy},
            reach};
}

/// A sharp edge shows all that it has within a narrow strip, in less time.
Result<EdgeSharpness> measureNarrowFirst(const GreyView& luma, const ToneCurve& curve, EdgePlace place) {
    const double whole = place.reach;
    place.reach = std::min(whole, narrowReach);
    auto sharpness = measureEdge(luma, curve, place);
    if (sharpness || whole <= narrowReach) return sharpness;
    place.reach = whole;
    return measureEdge(luma, curve, place);
}

using Picked = std::function<bool(const MeasuredEdge&)>;
using Figure = std::function<double(const MeasuredEdge&)>;

/// The mean of a figure; none where less than half of the edges that are picked were measured.
std::optional<double> meanOf(const std::vector<MeasuredEdge>& edges, const Picked& picked,
                             const Figure& figure) {
    double sum = 0;
    int measured = 0;
    int all = 0;
    for (const auto& edge : edges) {
        if (!picked(edge)) continue;
        ++all;
        if (!edge.measured()) continue;
        ++measured;
        sum += figure(edge);
    }
    if (measured == 0 || 2 * measured < all) return std::nullopt;
    return sum / measured;
}

double mtf50p(const MeasuredEdge& edge) {
    return edge.sharpness.mtf50p;
}

Picked inZone(ChartZone zone) {
    return [zone](const MeasuredEdge& edge) { return edge.zone == zone; };
}

/// Adds readings of one picture.
class Readings {
public:
    explicit Readings(Resolution size) : size_(size) {}
    void add(std::string name, std::optional<double> value, std::string unit) {
        if (value) all_.push_back({std::move(name), *value, std::move(unit), size_});
    }
    std::vector<Reading> take() { return std::move(all_); }

private:
    Resolution size_;
    std::vector<Reading> all_;
};

constexpr const char* perPixel = "{cycle}/{px}";

struct Corner {
    const char* square;
    const char* reading;
};
constexpr std::array<Corner, 4> corners = {{{"corner-top-left", "mtf50p_corner_top_left"},
                                            {"corner-top-right", "mtf50p_corner_top_right"},
                                            {"corner-bottom-left", "mtf50p_corner_bottom_left"},
                                            {"corner-bottom-right", "mtf50p_corner_bottom_right"}}};

/// The least sharp of the squares at the long edges.
std::optional<double> lowestEdgeSquare(const std::vector<MeasuredEdge>& edges) {
    std::optional<double> lowest;
    for (const auto* name : {"edge-top-left", "edge-top-right", "edge-bottom-left", "edge-bottom-right"}) {
        const auto value = meanOf(
            edges, [&](const auto& edge) { return edge.square == name; }, mtf50p);
        if (!value) return std::nullopt;
        lowest = std::min(lowest.value_or(*value), *value);
    }
    return lowest;
}

/// What the four corners say of each other, and of the centre.
void addCorners(Readings& readings, const std::vector<MeasuredEdge>& edges, std::optional<double> centre) {
    std::array<double, 4> sharp{};
    bool all = true;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto value = meanOf(
            edges, [&](const auto& edge) { return edge.square == corners[i].square; }, mtf50p);
        readings.add(corners[i].reading, value, perPixel);
        all = all && value;
        sharp[i] = value.value_or(0);
    }
    if (!all) return;
    const auto [lowest, highest] = std::minmax_element(sharp.begin(), sharp.end());
    const double mean = (sharp[0] + sharp[1] + sharp[2] + sharp[3]) / 4;
    readings.add("mtf50p_corner_lowest", *lowest, perPixel);
    if (centre && *centre > 0) readings.add("corner_to_centre", 100 * *lowest / *centre, "%");
    if (mean <= 0) return;
    readings.add("sharpness_tilt", 100 * (*highest - *lowest) / mean, "%");
    readings.add("sharpness_left_right", 50 * (sharp[0] + sharp[2] - sharp[1] - sharp[3]) / mean, "%");
    readings.add("sharpness_top_bottom", 50 * (sharp[0] + sharp[1] - sharp[2] - sharp[3]) / mean, "%");
}

void addLateralColour(Readings& readings, const std::vector<MeasuredEdge>& edges) {
    const auto across = [](const MeasuredEdge& edge) {
        return edge.zone == ChartZone::Corner && !edge.sagittal;
    };
    readings.add("lateral_colour_red", meanOf(edges, across, [](const auto& edge) { return edge.redShift; }),
                 "{px}");
    readings.add("lateral_colour_blue",
                 meanOf(edges, across, [](const auto& edge) { return edge.blueShift; }), "{px}");
}

} // namespace

std::vector<MeasuredEdge> measureEdges(const DecodedPicture& picture, const GreyView& luma,
                                       const FoundChart& found, const ChartDescription& chart,
                                       const ToneCurve& curve) {
    const double reach = std::max(reachShare * picture.size.width, leastReach);
    std::vector<MeasuredEdge> edges;
    for (std::size_t i = 0; i < found.squares.size(); ++i)
        for (auto& edge : edgesToMeasure(chart.squares[i], found.squares[i].corners, reach, picture.size)) {
            auto sharpness = measureNarrowFirst(luma, curve, placeOf(edge, reach));
            if (sharpness)
                edge.sharpness = *sharpness;
            else if (sharpness.error().code != "EDGE_BLURRED") // that is a figure too: none could be worse
                edge.trouble = sharpness.error().code;
            else if (!keepsInside(edge, reach, picture.size)) // cut off, not blurred
                edge.trouble = "EDGE_PLACE";
            if (edge.measured() && edge.zone == ChartZone::Corner && !edge.sagittal)
                measureShifts(picture, picture.size.width, edge);
            edges.push_back(std::move(edge));
        }
    return edges;
}

std::vector<std::string_view> sharpnessReadingNames() {
    return {"mtf50p_centre",
            "mtf50p_middle",
            "mtf50p_edge",
            "mtf50p_edge_lowest",
            "mtf50p_corner_top_left",
            "mtf50p_corner_top_right",
            "mtf50p_corner_bottom_left",
            "mtf50p_corner_bottom_right",
            "mtf50p_corner_lowest",
            "mtf50p_sagittal",
            "mtf50p_tangential",
            "corner_to_centre",
            "sharpness_tilt",
            "sharpness_left_right",
            "sharpness_top_bottom",
            "mtf_half_nyquist_centre",
            "oversharpening",
            "lateral_colour_red",
            "lateral_colour_blue"};
}

std::vector<Reading> sharpnessReadings(const std::vector<MeasuredEdge>& edges, Resolution size) {
    Readings readings(size);
    const auto centre = meanOf(edges, inZone(ChartZone::Centre), mtf50p);
    readings.add("mtf50p_centre", centre, perPixel);
    readings.add("mtf50p_middle", meanOf(edges, inZone(ChartZone::Middle), mtf50p), perPixel);
    readings.add("mtf50p_edge", meanOf(edges, inZone(ChartZone::Edge), mtf50p), perPixel);
    readings.add("mtf50p_edge_lowest", lowestEdgeSquare(edges), perPixel);
    addCorners(readings, edges, centre);
    for (const bool sagittal : {true, false})
        readings.add(
            sagittal ? "mtf50p_sagittal" : "mtf50p_tangential",
            meanOf(
                edges,
                [&](const auto& edge) { return edge.zone == ChartZone::Corner && edge.sagittal == sagittal; },
                mtf50p),
            perPixel);
    readings.add("mtf_half_nyquist_centre",
                 meanOf(edges, inZone(ChartZone::Centre),
                        [](const auto& edge) { return edge.sharpness.mtfHalfNyquist; }),
                 "1");
    readings.add("oversharpening",
                 meanOf(edges, inZone(ChartZone::Centre),
                        [](const auto& edge) { return 100 * edge.sharpness.oversharpening; }),
                 "%");
    addLateralColour(readings, edges);
    return readings.take();
}

} // namespace framegate::imaging
