// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_finder.h"

#include "imaging/chart_fit.h"
#include "imaging/chart_markers.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int fewestToName = 2;     // fiducials of a kind before it is said of the chart
constexpr int blobsOfAChart = 10;   // of its thirty-odd squares, fiducials and dark patches
constexpr double bentShare = 0.002; // of the picture's width: corners that far from where they should be
constexpr double turnedDegrees = 45;

Failure refused(const char* code, std::string message) {
    return failure(ErrorKind::Io, code, "looking for the chart: " + std::move(message));
}

double rotationDegrees(const ChartProjection& projection, const ChartDescription& chart) {
    const auto left = projection.undistorted({0.25, chart.height / 2});
    const auto right = projection.undistorted({0.75, chart.height / 2});
    return std::atan2(right.y - left.y, right.x - left.x) * 180 / std::numbers::pi;
}

/// What to say where hardly any fiducial of the chart was read.
Failure nothingRead(const MarkerSearch& search, const ChartDescription& chart) {
    if (search.mirrored >= fewestToName)
        return refused(
            "CHART_MIRRORED",
            fmt::format("{} fiducials read as in a mirror; check the sensor's mirror setting, or that "
                        "the chart is not seen from behind",
                        search.mirrored));
    if (search.others >= fewestToName)
        return refused("CHART_OTHER",
                       fmt::format("expected {}, found {} fiducials that are not on it; put the "
                                   "plan's chart into the fixture",
                                   chart.name, search.others));
    if (search.blobs >= blobsOfAChart)
        return refused(
            "CHART_DEFOCUSED",
            fmt::format("{} dark shapes, but no fiducial that can be read; check the distance, and the "
                        "lens for a cap, a film or a lost thread",
                        search.blobs));
    return refused(
        "CHART_NOT_FOUND",
        fmt::format("expected the {} fiducials of {}, found none; check that the chart is there, is "
                    "lit and faces the camera",
                    chart.fiducials.size(), chart.name));
}

std::string missingIds(const std::vector<FoundFiducial>& found, const ChartDescription& chart) {
    std::string missing;
    for (const auto& fiducial : chart.fiducials)
        if (std::none_of(found.begin(), found.end(), [&](const auto& one) { return one.id == fiducial.id; }))
            missing += fmt::format("{}{}", missing.empty() ? "" : ", ", fiducial.id);
    return missing;
}

void placeAreas(const ChartDescription& chart, FoundChart& found) {
    for (const auto& square : chart.squares)
        found.squares.push_back({square.name, found.projection.quad(square.corners())});
    for (const auto& patch : chart.patches)
        found.patches.push_back({patch.name, found.projection.quad(patch.corners())});
}

Result<FoundChart> locate(MarkerSearch search, const ChartDescription& chart, Resolution size) {
    const auto fit = fitProjection(matchesOf(search.found, chart), size);
    if (!fit || fit->residualPx > bentShare * size.width)
        return refused(
            "CHART_BENT",
            fmt::format("the fiducials' corners lie {:.1f} px from where those of a flat chart would; "
                        "check that it is flat, whole and the only one in view",
                        fit ? fit->residualPx : 0));
    const double turned = rotationDegrees(fit->projection, chart);
    if (std::abs(turned) > turnedDegrees)
        return refused(
            "CHART_TURNED",
            fmt::format("it is turned by {:.0f} degrees; check the sensor's flip and mirror setting, and "
                        "how chart and module lie in the fixture",
                        turned));
    FoundChart found{fit->projection, std::move(search.found), {}, {}, fit->residualPx};
    placeAreas(chart, found);
    return found;
}

Result<FoundChart> find(const GreyPicture& luma, const ChartDescription& chart) {
    auto search = searchMarkers({luma.narrow.data(), luma.size.width, luma.size.height}, chart);
    const auto missing = missingIds(search.found, chart);
    if (missing.empty()) return locate(std::move(search), chart, luma.size);
    if (search.found.size() < fewestToName) return nothingRead(search, chart);
    return refused(
        "CHART_INCOMPLETE",
        fmt::format("fiducials {} of {} cannot be read; check that nothing covers the chart, that all of "
                    "it is in view and lit, and that it is clean",
                    missing, chart.name));
}

} // namespace

Result<FoundChart> findChart(const GreyPicture& luma, const ChartDescription& chart) {
    if (luma.size.width < 16 || luma.size.height < 16 || luma.narrow.size() != luma.size.pixels())
        return refused("CHART_NOT_FOUND", "the picture is empty or too small");
    try {
        return find(luma, chart);
    } catch (const cv::Exception& error) {
        return failure(ErrorKind::Internal, "IMAGING",
                       fmt::format("looking for the chart: {}", error.what()));
    }
}

Result<FoundChart> findChart(const DecodedPicture& picture, const ChartDescription& chart) {
    const bool whole = picture.bgr.size() == 3 * picture.size.pixels();
    return findChart(whole ? greyOf(picture) : GreyPicture{}, chart);
}

std::vector<std::string_view> geometryReadingNames() {
    return {"chart_rotation",      "chart_centre_x", "chart_centre_y", "chart_convergence_x",
            "chart_convergence_y", "field_of_view",  "distortion",     "chart_residual"};
}

namespace {

double distance(ImagePoint a, ImagePoint b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// By how much, in %, the chart's far side comes out longer than its near side, across and down.
std::array<double, 2> convergence(const ChartProjection& projection, double height) {
    const auto topLeft = projection.undistorted({0, 0});
    const auto topRight = projection.undistorted({1, 0});
    const auto bottomLeft = projection.undistorted({0, height});
    const auto bottomRight = projection.undistorted({1, height});
    const double left = distance(topLeft, bottomLeft);
    const double right = distance(topRight, bottomRight);
    const double top = distance(topLeft, topRight);
    const double bottom = distance(bottomLeft, bottomRight);
    return {200 * (right - left) / (right + left), 200 * (bottom - top) / (bottom + top)};
}

} // namespace

std::vector<Reading> geometryReadings(const FoundChart& found, const ChartDescription& chart) {
    const auto& projection = found.projection;
    const auto size = projection.size;
    const auto middle = projection({0.5, chart.height / 2});
    const auto left = projection({0.25, chart.height / 2});
    const auto right = projection({0.75, chart.height / 2});
    const auto [across, down] = convergence(projection, chart.height);
    const double seen = 100 * size.width / (2 * distance(left, right));
    return {{"chart_rotation", rotationDegrees(projection, chart), "deg", size},
            {"chart_centre_x", 100 * (middle.x - (size.width - 1) / 2.0) / size.width, "%", size},
            {"chart_centre_y", 100 * (middle.y - (size.height - 1) / 2.0) / size.width, "%", size},
            {"chart_convergence_x", across, "%", size},
            {"chart_convergence_y", down, "%", size},
            {"field_of_view", seen, "%", size},
            {"distortion", 100 * projection.radial, "%", size},
            {"chart_residual", found.residualPx, "{px}", size}};
}

} // namespace framegate::imaging
