// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/picture_marks.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace framegate {
namespace {

using imaging::MeasuredEdge;

MarkedPoint marked(imaging::ImagePoint point) {
    return {point.x, point.y};
}

MarkedArea marked(const std::array<imaging::ImagePoint, 4>& corners, std::string text) {
    MarkedArea area;
    std::transform(corners.begin(), corners.end(), area.corners.begin(),
                   [](imaging::ImagePoint point) { return marked(point); });
    area.text = std::move(text);
    return area;
}

/// Corners have a curve each, as tilt shows there.
std::string groupOf(const MeasuredEdge& edge) {
    switch (edge.zone) {
    case ChartZone::Centre:
        return "centre";
    case ChartZone::Middle:
        return "middle";
    case ChartZone::Edge:
        return "edge";
    case ChartZone::Corner:
        break;
    }
    return edge.square;
}

/// The measurement whose limit says whether this edge is sharp enough.
std::string judgedAs(const MeasuredEdge& edge) {
    switch (edge.zone) {
    case ChartZone::Centre:
        return "mtf50p_centre";
    case ChartZone::Middle:
        return "mtf50p_middle";
    case ChartZone::Edge:
        return "mtf50p_edge_lowest";
    case ChartZone::Corner:
        break;
    }
    return "mtf50p_corner_lowest";
}

/// The limit of the zone, asked of the edge itself.
MeasurementOutcome outcomeOf(const MeasuredEdge& edge, const std::vector<Measurement>& judged) {
    const auto name = judgedAs(edge);
    const auto found =
        std::find_if(judged.begin(), judged.end(), [&](const auto& one) { return one.reading.name == name; });
    if (found == judged.end() || (!found->low && !found->high)) return MeasurementOutcome::Recorded;
    const double value = edge.sharpness.mtf50p;
    const bool within = value >= found->low.value_or(value) && value <= found->high.value_or(value);
    return within ? MeasurementOutcome::Pass : MeasurementOutcome::Fail;
}

MarkedEdge marked(const MeasuredEdge& edge, const std::vector<Measurement>& judged) {
    MarkedEdge mark{marked(edge.from), marked(edge.to), groupOf(edge), edge.sharpness.mtf50p, {}, {}};
    if (edge.sharpness.mtf50p > 0)
        mark.response.assign(edge.sharpness.response.begin(), edge.sharpness.response.end());
    mark.outcome = outcomeOf(edge, judged);
    return mark;
}

bool failed(const std::vector<Measurement>& judged, std::string_view name) {
    return std::any_of(judged.begin(), judged.end(), [&](const Measurement& one) {
        return one.reading.name == name && one.outcome == MeasurementOutcome::Fail;
    });
}

std::string captionOf(const std::string& name, Resolution size, const char* what,
                      const std::vector<Measurement>& judged) {
    const auto out = std::count_if(judged.begin(), judged.end(),
                                   [](const auto& one) { return one.outcome == MeasurementOutcome::Fail; });
    return fmt::format("{}  {}  {}  {} of {} measurements out of limits", name, size.text(), what, out,
                       judged.size());
}

} // namespace

ChartMarks marksOf(Resolution size, const imaging::ChartMeasurements& measured,
                   const std::vector<Measurement>& judged, const std::string& name) {
    ChartMarks marks;
    marks.size = size;
    for (const auto& fiducial : measured.found.fiducials)
        marks.fiducials.push_back(marked(fiducial.corners, std::to_string(fiducial.id)));
    for (const auto& patch : measured.found.patches)
        marks.patches.push_back(marked(patch.corners, patch.name));
    for (const auto& edge : measured.edges)
        if (edge.measured()) marks.edges.push_back(marked(edge, judged));
    marks.caption = captionOf(name, size, "MTF50P in cycles/pixel", judged);
    return marks;
}

FieldMarks marksOf(Resolution size, const imaging::FieldMeasurements& measured,
                   const std::vector<Measurement>& judged, const std::string& name) {
    FieldMarks marks;
    marks.size = size;
    for (const auto& blemish : measured.blemishes) {
        const double pixels = blemish.area / 100 * static_cast<double>(size.pixels());
        marks.blemishes.push_back({marked(blemish.centre), std::sqrt(pixels / 3.14159),
                                   fmt::format("{:+.1f} %", blemish.contrast)});
    }
    for (const auto& defect : measured.defects)
        marks.pixels.push_back({marked(defect.centre), 1, {}});
    if (failed(judged, "row_peak")) marks.row = measured.peakRow;
    if (failed(judged, "column_peak")) marks.column = measured.peakColumn;
    marks.caption = captionOf(name, size, "contrast raised", judged);
    return marks;
}

std::vector<std::string> remarksOf(const std::vector<Measurement>& judged) {
    std::vector<std::string> remarks;
    for (const auto& one : judged) {
        if (one.outcome != MeasurementOutcome::Fail) continue;
        auto text = fmt::format("{} {:.4g} {}", one.reading.name, one.reading.value, one.reading.unit);
        if (one.low) text += fmt::format(", at least {:g}", *one.low);
        if (one.high) text += fmt::format(", at most {:g}", *one.high);
        remarks.push_back(std::move(text));
    }
    return remarks;
}

} // namespace framegate
