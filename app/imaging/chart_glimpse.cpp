// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_glimpse.h"

#include "imaging/chart_fit.h"
#include "imaging/chart_markers.h"

#include <cmath>
#include <complex>
#include <fmt/format.h>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

using Plane = std::complex<double>;

constexpr double squareEnough = 0.05; ///< of a fiducial's side: how far its corners may lie off a square's

/// image = turn × chart + shift.
struct Similarity {
    Plane turn;
    Plane shift;
    double residual = 0; ///< root mean square distance, in chart widths
};

Similarity fitSimilarity(const std::vector<Match>& matches) {
    const auto onChart = [](const Match& match) { return Plane(match.chart.x, match.chart.y); };
    const auto inImage = [](const Match& match) { return Plane(match.image.x, match.image.y); };
    Plane chartMean;
    Plane imageMean;
    for (const auto& match : matches) {
        chartMean += onChart(match) / double(matches.size());
        imageMean += inImage(match) / double(matches.size());
    }
    Plane together;
    double alone = 0;
    for (const auto& match : matches) {
        together += std::conj(onChart(match) - chartMean) * (inImage(match) - imageMean);
        alone += std::norm(onChart(match) - chartMean);
    }
    Similarity fit;
    fit.turn = together / alone;
    fit.shift = imageMean - fit.turn * chartMean;
    double square = 0;
    for (const auto& match : matches)
        square += std::norm((inImage(match) - fit.shift) / fit.turn - onChart(match));
    fit.residual = std::sqrt(square / double(matches.size()));
    return fit;
}

std::vector<Reading> readingsOf(const Similarity& fit, const ChartDescription& chart, Resolution size) {
    const Plane middle = fit.turn * Plane(0.5, chart.height / 2) + fit.shift;
    return {{"chart_rotation", std::arg(fit.turn) * 180 / std::numbers::pi, "deg", size},
            {"chart_centre_x", 100 * (middle.real() - (size.width - 1) / 2.0) / size.width, "%", size},
            {"chart_centre_y", 100 * (middle.imag() - (size.height - 1) / 2.0) / size.width, "%", size},
            {"field_of_view", 100 * size.width / std::abs(fit.turn), "%", size}};
}

Result<ChartGlimpse> glimpse(const DecodedPicture& picture, const ChartDescription& chart) {
    const cv::Mat bgr(picture.size.height, picture.size.width, CV_8UC3,
                      const_cast<std::uint8_t*>(picture.bgr.data()));
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    const auto search = searchMarkers({grey.data, grey.cols, grey.rows}, chart);
    const auto matches = matchesOf(search.found, chart);
    const auto fit = matches.empty() ? Similarity{} : fitSimilarity(matches);
    if (matches.empty() || fit.residual > squareEnough * chart.marker.side)
        return failure(ErrorKind::Io, "CHART_NOT_FOUND", "looking for a part of the chart: found none");
    return ChartGlimpse{static_cast<int>(matches.size() / 4), readingsOf(fit, chart, picture.size)};
}

} // namespace

Result<ChartGlimpse> glimpseChart(const DecodedPicture& picture, const ChartDescription& chart) {
    try {
        return glimpse(picture, chart);
    } catch (const cv::Exception& error) {
        return failure(ErrorKind::Internal, "IMAGING",
                       fmt::format("looking for a part of the chart: {}", error.what()));
    }
}

} // namespace framegate::imaging
