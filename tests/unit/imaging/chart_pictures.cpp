// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_pictures.h"

#include "config/readers.h"
#include "reports/chart_print.h"
#include "srgb_curve.h"

#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int greyRasterWidth = 4000; // the edges of the fiducials lie on whole pixels

/// The chart's raster in linear light, one grey channel.
const cv::Mat& greyRaster() {
    static const cv::Mat made = [] {
        const auto drawn = chartRaster(shippedChart(), greyRasterWidth);
        cv::Mat linear(drawn.height, drawn.width, CV_32F);
        for (int y = 0; y < drawn.height; ++y)
            for (int x = 0; x < drawn.width; ++x) {
                const auto at = 3 * (std::size_t(y) * std::size_t(drawn.width) + std::size_t(x));
                linear.at<float>(y, x) = float(0.88 * linearOf(drawn.rgb[at + 1] / 255.0));
            }
        return linear;
    }();
    return made;
}

cv::Matx33d inverse(const View& view) {
    return cv::Matx33d(view.homography.data()).inv();
}

/// The pixel's place without the distortion, by fixed-point iteration.
cv::Point2d undistorted(const View& view, double x, double y) {
    const double cx = (view.width - 1) / 2.0;
    const double cy = (view.height - 1) / 2.0;
    const double half = 0.25 * (double(view.width) * view.width + double(view.height) * view.height);
    double u = x - cx;
    double v = y - cy;
    for (int i = 0; i < (view.radial != 0 ? 8 : 0); ++i) {
        const double factor = 1 + view.radial * (u * u + v * v) / half;
        u = (x - cx) / factor;
        v = (y - cy) / factor;
    }
    return {cx + u, cy + v};
}

cv::Mat sampled(const View& view) {
    const auto toChart = inverse(view);
    const int n = view.samples;
    cv::Mat mapX(view.height * n, view.width * n, CV_32F);
    cv::Mat mapY(mapX.size(), CV_32F);
    for (int row = 0; row < mapX.rows; ++row)
        for (int column = 0; column < mapX.cols; ++column) {
            const auto at = undistorted(view, (column + 0.5) / n - 0.5, (row + 0.5) / n - 0.5);
            const auto p = toChart * cv::Vec3d(at.x, at.y, 1);
            mapX.at<float>(row, column) = float(p[0] / p[2] * greyRasterWidth - 0.5);
            mapY.at<float>(row, column) = float(p[1] / p[2] * greyRasterWidth - 0.5);
        }
    cv::Mat fine;
    cv::remap(greyRaster(), fine, mapX, mapY, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(0.5));
    cv::Mat picture;
    cv::resize(fine, picture, {view.width, view.height}, 0, 0, cv::INTER_AREA);
    return picture;
}

cv::Mat coded(const cv::Mat& linear, double noise) {
    cv::Mat levels(linear.size(), CV_32F);
    for (int y = 0; y < linear.rows; ++y)
        for (int x = 0; x < linear.cols; ++x) {
            const double v = linear.at<float>(y, x);
            levels.at<float>(y, x) =
                float(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055));
        }
    if (noise > 0) {
        cv::RNG random(7);
        cv::Mat grain(levels.size(), CV_32F);
        random.fill(grain, cv::RNG::NORMAL, 0, noise);
        levels += grain;
    }
    cv::Mat bytes;
    levels.convertTo(bytes, CV_8U);
    return bytes;
}

} // namespace

const ChartDescription& shippedChart() {
    static const auto chart =
        config::readChart(FRAMEGATE_SOURCE_DIR "/fixtures/charts/framegate-a.toml").value();
    return chart;
}

std::array<double, 9> viewOf(int width, int height, double share, double degrees, double shiftX,
                             double shiftY, double keystoneX, double keystoneY) {
    const double scale = width / share;
    const double c = scale * std::cos(degrees * CV_PI / 180);
    const double s = scale * std::sin(degrees * CV_PI / 180);
    const cv::Matx33d toMiddle(1, 0, -0.5, 0, 1, -0.375, 0, 0, 1);
    const cv::Matx33d turn(c, -s, 0, s, c, 0, keystoneX, keystoneY, 1);
    const cv::Matx33d toPixels(1, 0, (width - 1) / 2.0 + shiftX, 0, 1, (height - 1) / 2.0 + shiftY, 0, 0, 1);
    const cv::Matx33d all = toPixels * turn * toMiddle;
    std::array<double, 9> values;
    std::copy(all.val, all.val + 9, values.begin());
    return values;
}

DecodedPicture chartPicture(const View& view) {
    cv::Mat linear = sampled(view);
    if (view.blurPx > 0) cv::GaussianBlur(linear, linear, {}, view.blurPx);
    cv::Mat grey = coded(linear, view.noise);
    cv::Mat bgr;
    cv::cvtColor(grey, bgr, cv::COLOR_GRAY2BGR);
    if (view.quality > 0) {
        std::vector<std::uint8_t> bytes;
        cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, view.quality});
        bgr = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
    DecodedPicture picture;
    picture.size = {static_cast<std::uint16_t>(view.width), static_cast<std::uint16_t>(view.height)};
    picture.bgr.assign(bgr.datastart, bgr.dataend);
    return picture;
}

ImagePoint trueIn(const View& view, ChartPoint point) {
    ChartProjection projection;
    projection.homography = view.homography;
    projection.radial = view.radial;
    projection.size = {static_cast<std::uint16_t>(view.width), static_cast<std::uint16_t>(view.height)};
    return projection(point);
}

} // namespace framegate::imaging
