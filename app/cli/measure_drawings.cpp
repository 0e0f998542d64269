// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/measure_drawings.h"

#include "base/files.h"
#include "reports/chart_picture.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr int widestOverlay = 2000; // pixels
constexpr int smallDrawing = 1000;

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

ChartMarks marksOf(const DecodedPicture& picture, const imaging::ChartMeasurements& measured,
                   const std::vector<Measurement>& judged, const std::string& name) {
    ChartMarks marks;
    marks.size = picture.size;
    for (const auto& fiducial : measured.found.fiducials)
        marks.fiducials.push_back(marked(fiducial.corners, std::to_string(fiducial.id)));
    for (const auto& patch : measured.found.patches)
        marks.patches.push_back(marked(patch.corners, patch.name));
    for (const auto& edge : measured.edges)
        if (edge.measured()) marks.edges.push_back(marked(edge, judged));
    const auto failed = std::count_if(judged.begin(), judged.end(), [](const auto& one) {
        return one.outcome == MeasurementOutcome::Fail;
    });
    marks.caption = fmt::format("{}  {}  MTF50P in cycles/pixel  {} of {} measurements out of limits", name,
                                picture.size.text(), failed, judged.size());
    return marks;
}

} // namespace

Result<> drawMeasured(const DecodedPicture& picture, const imaging::ChartMeasurements& measured,
                      const std::vector<Measurement>& judged, const std::string& file,
                      const std::string& folder) {
    const auto name = std::filesystem::path(file).stem().string();
    const auto marks = marksOf(picture, measured, judged, name);
    const std::array<std::pair<const char*, Result<std::vector<std::byte>>>, 3> drawings = {{
        {"overlay",
         annotatedPicture(picture, marks, std::clamp<int>(picture.size.width, smallDrawing, widestOverlay))},
        {"focus", focusMap(marks, smallDrawing)},
        {"sfr", responsePlot(marks, smallDrawing)},
    }};
    std::error_code ignored; // writing says what is wrong with the folder
    std::filesystem::create_directories(folder, ignored);
    for (const auto& [kind, png] : drawings) {
        if (!png) return passOn(png);
        const auto path = std::filesystem::path(folder) / fmt::format("{}-{}.png", name, kind);
        if (auto written = writeFileAtomically(path, *png); !written) return written;
    }
    return {};
}

} // namespace framegate
