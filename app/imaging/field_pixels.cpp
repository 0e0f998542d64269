// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/field_parts.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int medianSide = 5;
constexpr int jpegBlock = 8;
constexpr int clusterSide = 3; ///< pixels; single ones that only share a JPEG block are no cluster
constexpr int lineReach = 8;   ///< rows each way that a row is held against
constexpr int leastCycles = 3; ///< of bands in the picture
constexpr int mostCycles = 200;

/// Means of rows (or of columns) in levels.
std::vector<double> meansOf(const cv::Mat& luma, bool ofRows) {
    cv::Mat means;
    cv::reduce(luma, means, ofRows ? 1 : 0, cv::REDUCE_AVG, CV_64F);
    return {means.ptr<double>(0), means.ptr<double>(0) + means.total()};
}

/// Each mean against the median of those around it.
std::vector<double> outstanding(const std::vector<double>& means) {
    std::vector<double> out;
    const auto count = static_cast<int>(means.size());
    for (int i = 0; i < count; ++i) {
        const int first = std::clamp(i - lineReach, 0, std::max(0, count - 2 * lineReach - 1));
        const int end = std::min(count, first + 2 * lineReach + 1);
        std::vector<double> around(means.begin() + first, means.begin() + end);
        const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
        std::nth_element(around.begin(), middle, around.end());
        out.push_back(means[static_cast<std::size_t>(i)] - *middle);
    }
    return out;
}

/// Returns which line stands out most.
int addLines(const char* peakName, const char* sigmaName, const std::vector<double>& means, Resolution size,
             std::vector<Reading>& readings) {
    const auto off = outstanding(means);
    double square = 0;
    for (const double value : off)
        square += value * value;
    const auto peak = std::max_element(off.begin(), off.end(),
                                       [](double a, double b) { return std::abs(a) < std::abs(b); });
    readings.push_back({peakName, std::abs(*peak), "{DN}", size});
    readings.push_back({sigmaName, std::sqrt(square / static_cast<double>(off.size())), "{DN}", size});
    return static_cast<int>(peak - off.begin());
}

/// Takes the surface of fourth order along the rows away: shading is no band.
cv::Mat_<double> detrended(const std::vector<double>& means) {
    const auto rows = static_cast<int>(means.size());
    cv::Mat_<double> terms(rows, 5);
    cv::Mat_<double> values(rows, 1);
    for (int i = 0; i < rows; ++i) {
        const double y = (2 * i + 1.0) / rows - 1;
        for (int j = 0; j < 5; ++j)
            terms(i, j) = std::pow(y, j);
        values(i) = means[static_cast<std::size_t>(i)];
    }
    cv::Mat_<double> fit;
    cv::solve(terms, values, fit, cv::DECOMP_QR);
    cv::Mat_<double> left;
    cv::subtract(values, cv::Mat(terms * fit), left);
    return left;
}

/// The amplitude of the strongest wave down the picture, in levels.
double strongestBand(const std::vector<double>& means) {
    const auto profile = detrended(means);
    const int rows = profile.rows;
    // A window keeps what the ends cut off from looking like a wave; its mean is one half.
    cv::Mat_<double> windowed(rows, 1);
    for (int i = 0; i < rows; ++i)
        windowed(i) = profile(i) * (1 - std::cos(2 * CV_PI * (i + 0.5) / rows));
    cv::Mat_<cv::Vec2d> spectrum;
    cv::dft(windowed, spectrum, cv::DFT_COMPLEX_OUTPUT);
    double strongest = 0;
    for (int k = leastCycles; k <= std::min(mostCycles, rows / 2); ++k)
        strongest = std::max(strongest, 2 * cv::norm(spectrum(k)) / rows);
    return strongest;
}

/// The most levels that are missing, or too many, in a square of pixels within \a box.
double weightIn(const cv::Mat& luma, const cv::Mat& median, cv::Rect box) {
    cv::Mat off, sums;
    cv::subtract(luma(box), median(box), off, cv::noArray(), CV_32F);
    cv::boxFilter(off, sums, CV_32F, {clusterSide, clusterSide}, {-1, -1}, false, cv::BORDER_CONSTANT);
    return cv::norm(sums, cv::NORM_INF);
}

} // namespace

void measureLines(const FieldPictures& field, FieldMeasurements& all) {
    auto& readings = all.readings;
    cv::Mat mean;
    field.grey->convertTo(mean, CV_32F, 1.0 / 32);
    all.peakRow = addLines("row_peak", "row_sigma", meansOf(mean, true), field.size, readings);
    all.peakColumn = addLines("column_peak", "column_sigma", meansOf(mean, false), field.size, readings);
    const double band =
        std::max(strongestBand(meansOf(*field.first, true)), strongestBand(meansOf(*field.second, true)));
    readings.push_back({"banding", 100 * band / field.level, "%", field.size});
}

void measureNoise(const FieldPictures& field, std::vector<Reading>& readings) {
    cv::Mat difference;
    cv::subtract(*field.first, *field.second, difference, cv::noArray(), CV_16S);
    cv::Scalar mean, deviation;
    cv::meanStdDev(difference, mean, deviation);
    const double temporal = deviation[0] / std::sqrt(2.0);
    readings.push_back({"temporal_noise", temporal, "{DN}", field.size});
    readings.push_back(
        {"field_snr", 20 * std::log10(field.level / std::max(temporal, 0.05)), "dB", field.size});
}

std::vector<PixelDefect> findDefects(const cv::Mat& luma, double threshold) {
    cv::Mat median;
    cv::medianBlur(luma, median, medianSide);
    cv::Mat off;
    cv::absdiff(luma, median, off);
    const cv::Mat marked = off > threshold;
    if (cv::countNonZero(marked) == 0) return {};
    // A JPEG spreads one pixel over its block: marks that are so near are one.
    cv::Mat grown, labels, boxes, centres;
    cv::dilate(marked, grown, cv::Mat::ones(jpegBlock + 1, jpegBlock + 1, CV_8U));
    const int count = cv::connectedComponentsWithStats(grown, labels, boxes, centres, 8);
    std::vector<PixelDefect> defects;
    for (int i = 1; i < count; ++i) {
        const cv::Rect box(boxes.at<int>(i, cv::CC_STAT_LEFT), boxes.at<int>(i, cv::CC_STAT_TOP),
                           boxes.at<int>(i, cv::CC_STAT_WIDTH), boxes.at<int>(i, cv::CC_STAT_HEIGHT));
        double worst = 0;
        const cv::Mat own = marked(box) & (labels(box) == i);
        cv::minMaxLoc(off(box), nullptr, &worst, nullptr, nullptr, own);
        defects.push_back({{centres.at<double>(i, 0), centres.at<double>(i, 1)},
                           static_cast<unsigned>(cv::countNonZero(own)),
                           worst,
                           weightIn(luma, median, box)});
    }
    return defects;
}

} // namespace framegate::imaging
