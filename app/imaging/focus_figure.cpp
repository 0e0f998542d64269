// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/focus_figure.h"

#include "imaging/grey_picture.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace framegate::imaging {
namespace {

constexpr double windowSides = 1.9; ///< of a square that its window spans: it need not lie where it should
constexpr int scaleCount = 4;
constexpr double leastLight = 0.01; ///< of white
constexpr double mostLight = 0.97;
constexpr double leastContrast = 0.03; ///< standard deviation over mean

/// What the window about one square shows.
struct SquareLook {
    double figure = 0;
    double light = 0;
    double contrast = 0;
};

cv::Rect windowOf(const ChartSquare& square, Resolution size) {
    const double half = 0.5 * windowSides * square.side * size.width;
    const double x = square.centre.x * size.width;
    const double y = square.centre.y * size.width;
    const cv::Rect whole(0, 0, size.width, size.height);
    return whole & cv::Rect(static_cast<int>(x - half), static_cast<int>(y - half),
                            static_cast<int>(2 * half), static_cast<int>(2 * half));
}

/// The squared slopes of all its pixels; fewer and larger pixels have as much less of them as they are
/// larger.
double slopes(const cv::Mat& light) {
    cv::Mat slope;
    double sum = 0;
    for (const bool across : {true, false}) {
        cv::Sobel(light, slope, CV_32F, across ? 1 : 0, across ? 0 : 1, 3, 1.0 / 8);
        sum += slope.dot(slope);
    }
    return sum;
}

double energyOf(cv::Mat light) {
    double sum = 0;
    for (int scale = 0; scale < scaleCount; ++scale) {
        cv::Mat soft;
        cv::GaussianBlur(light, soft, {5, 5}, 0.7);
        sum += slopes(soft);
        cv::Mat smaller;
        cv::pyrDown(light, smaller);
        light = smaller;
    }
    return sum;
}

SquareLook lookAt(const cv::Mat& luma, const ChartSquare& square, double background, const cv::Mat& curve) {
    const Resolution size{static_cast<std::uint16_t>(luma.cols), static_cast<std::uint16_t>(luma.rows)};
    const auto window = windowOf(square, size);
    SquareLook look;
    if (window.width < 16 || window.height < 16) return look;
    cv::Mat light;
    cv::LUT(luma(window), curve, light);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(light, mean, deviation);
    look.light = mean[0];
    look.contrast = mean[0] > 0 ? deviation[0] / mean[0] : 0;
    const double side = square.side * size.width;
    const double share = side * side / window.area();
    const double step =
        mean[0] * (background - square.reflectance) / (background * (1 - share) + square.reflectance * share);
    if (step > 0) look.figure = energyOf(light) / (4 * side * step * step);
    return look;
}

std::size_t cornerOf(const ChartSquare& square, const ChartDescription& chart) {
    return (square.centre.x > 0.5 ? 1U : 0U) + (square.centre.y > chart.height / 2 ? 2U : 0U);
}

Failure nothingThere(const SquareLook& look, const std::string& where) {
    return failure(
        ErrorKind::Io, "FOCUS_NO_CHART",
        fmt::format("setting the focus: nothing to focus on at the square {}: light {:.2f} of white, "
                    "contrast {:.2f}; check the chart, its light and the lens cap",
                    where, look.light, look.contrast));
}

cv::Mat lightCurve() {
    const auto curve = ToneCurve::srgb(8);
    cv::Mat light(1, 256, CV_32F);
    for (int level = 0; level < 256; ++level)
        light.at<float>(level) = curve.light(static_cast<std::uint16_t>(level));
    return light;
}

Result<FocusFigure> figureOf(const DecodedPicture& picture, const ChartDescription& chart) {
    auto grey = greyOf(picture);
    const cv::Mat luma(picture.size.height, picture.size.width, CV_8U, grey.narrow.data());
    const cv::Mat curve = lightCurve();
    FocusFigure figure;
    double centres = 0;
    for (const auto& square : chart.squares) {
        if (square.zone != ChartZone::Centre && square.zone != ChartZone::Corner) continue;
        const auto look = lookAt(luma, square, chart.background, curve);
        if (look.light < leastLight || look.light > mostLight || look.contrast < leastContrast)
            return nothingThere(look, square.name);
        if (square.zone == ChartZone::Corner) {
            figure.corners[cornerOf(square, chart)] = look.figure;
            continue;
        }
        figure.centre += look.figure;
        ++centres;
    }
    if (centres > 0) figure.centre /= centres;
    double corners = 0;
    for (const double corner : figure.corners)
        corners += corner / 4;
    figure.whole = (figure.centre + corners) / 2;
    return figure;
}

} // namespace

Result<FocusFigure> focusFigure(const DecodedPicture& picture, const ChartDescription& chart) {
    if (picture.bgr.size() != 3 * picture.size.pixels() || picture.size.pixels() == 0)
        return failure(ErrorKind::Io, "FOCUS_NO_CHART", "setting the focus: the picture is empty");
    try {
        return figureOf(picture, chart);
    } catch (const cv::Exception& thrown) {
        return failure(ErrorKind::Internal, "IMAGING",
                       fmt::format("setting the focus: OpenCV: {}", thrown.what()));
    }
}

} // namespace framegate::imaging
