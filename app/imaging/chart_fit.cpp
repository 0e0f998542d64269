// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_fit.h"

#include <cmath>
#include <opencv2/core.hpp>

namespace framegate::imaging {
namespace {

constexpr int unknowns = 9; // eight of the homography, and the distortion
constexpr int rounds = 8;
using Unknowns = std::array<double, unknowns>;

ChartProjection projectionOf(const Unknowns& values, Resolution size) {
    ChartProjection projection;
    std::copy(values.begin(), values.begin() + 8, projection.homography.begin());
    projection.homography[8] = 1;
    projection.radial = values[8];
    projection.size = size;
    return projection;
}

/// A homography by linear least squares, its last element 1: the chart's origin is always in front of the
/// camera.
std::optional<Unknowns> startFrom(const std::vector<Match>& matches) {
    cv::Mat_<double> left(static_cast<int>(2 * matches.size()), 8, 0.0);
    cv::Mat_<double> right(left.rows, 1);
    for (int i = 0; i < left.rows; ++i) {
        const auto& [chart, image] = matches[static_cast<std::size_t>(i / 2)];
        const int first = i % 2 * 3;
        const double target = i % 2 ? image.y : image.x;
        left(i, first) = chart.x, left(i, first + 1) = chart.y, left(i, first + 2) = 1;
        left(i, 6) = -target * chart.x, left(i, 7) = -target * chart.y;
        right(i) = target;
    }
    cv::Mat_<double> solution;
    if (!cv::solve(left, right, solution, cv::DECOMP_SVD)) return std::nullopt;
    Unknowns values{};
    std::copy(solution.begin(), solution.end(), values.begin());
    return values;
}

cv::Mat_<double> residuals(const std::vector<Match>& matches, const Unknowns& values, Resolution size) {
    const auto projection = projectionOf(values, size);
    cv::Mat_<double> off(static_cast<int>(2 * matches.size()), 1);
    for (int i = 0; i < off.rows; i += 2) {
        const auto& [chart, image] = matches[static_cast<std::size_t>(i / 2)];
        const auto expected = projection(chart);
        off(i) = image.x - expected.x;
        off(i + 1) = image.y - expected.y;
    }
    return off;
}

/// One step of Gauss and Newton; differences in place of derivatives.
bool improve(const std::vector<Match>& matches, Unknowns& values, Resolution size) {
    const auto off = residuals(matches, values, size);
    cv::Mat_<double> slopes(off.rows, unknowns);
    for (int k = 0; k < unknowns; ++k) {
        auto moved = values;
        const double step = 1e-6 * std::max(1.0, std::abs(moved[static_cast<std::size_t>(k)]));
        moved[static_cast<std::size_t>(k)] += step;
        cv::Mat column = (off - residuals(matches, moved, size)) / step;
        column.copyTo(slopes.col(k));
    }
    cv::Mat_<double> change;
    if (!cv::solve(slopes, off, change, cv::DECOMP_QR)) return false;
    for (int k = 0; k < unknowns; ++k)
        values[static_cast<std::size_t>(k)] += change(k);
    return true;
}

} // namespace

std::vector<Match> matchesOf(const std::vector<FoundFiducial>& fiducials, const ChartDescription& chart) {
    std::vector<Match> matches;
    for (const auto& fiducial : chart.fiducials)
        for (const auto& found : fiducials) {
            if (found.id != fiducial.id) continue;
            const auto corners = squareCorners(fiducial.centre, chart.marker.side, 0);
            for (std::size_t i = 0; i < corners.size(); ++i)
                matches.push_back({corners[i], found.corners[i]});
        }
    return matches;
}

ImagePoint ChartProjection::undistorted(ChartPoint point) const {
    const auto& h = homography;
    const double w = h[6] * point.x + h[7] * point.y + h[8];
    return {(h[0] * point.x + h[1] * point.y + h[2]) / w, (h[3] * point.x + h[4] * point.y + h[5]) / w};
}

ImagePoint ChartProjection::operator()(ChartPoint point) const {
    const auto ideal = undistorted(point);
    const double middleX = (size.width - 1) / 2.0;
    const double middleY = (size.height - 1) / 2.0;
    const double x = ideal.x - middleX;
    const double y = ideal.y - middleY;
    const double half = 0.25 * (double(size.width) * size.width + double(size.height) * size.height);
    const double factor = 1 + radial * (x * x + y * y) / half;
    return {middleX + factor * x, middleY + factor * y};
}

std::array<ImagePoint, 4> ChartProjection::quad(const std::array<ChartPoint, 4>& corners) const {
    return {(*this)(corners[0]), (*this)(corners[1]), (*this)(corners[2]), (*this)(corners[3])};
}

std::optional<Fit> fitProjection(const std::vector<Match>& matches, Resolution size) {
    auto values = startFrom(matches);
    if (!values) return std::nullopt;
    for (int round = 0; round < rounds; ++round)
        if (!improve(matches, *values, size)) return std::nullopt;
    const double norm = cv::norm(residuals(matches, *values, size));
    if (!std::isfinite(norm)) return std::nullopt;
    return Fit{projectionOf(*values, size), norm / std::sqrt(static_cast<double>(matches.size()))};
}

} // namespace framegate::imaging
