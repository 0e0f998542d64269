// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_scenes.h"

#include "reports/chart_print.h"
#include "srgb_curve.h"

#include <cmath>
#include <map>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int rasterWidth = 4000;    // the edges of fiducials and patches lie on whole pixels
constexpr double cornerShare = 0.33; // of the picture's width, from its middle: the corner squares lie beyond

double srgbOf(double v) {
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

using Code = std::array<std::uint8_t, 3>;

/// The raster's 8-bit codes of the chart's colours, and the colours themselves: rounding is undone.
std::map<Code, ChartColour> exactColours(const ChartDescription& chart) {
    std::map<Code, ChartColour> exact;
    const auto add = [&](const ChartColour& colour) {
        Code code{};
        for (std::size_t c = 0; c < 3; ++c)
            code[c] = static_cast<std::uint8_t>(std::lround(255 * srgbOf(colour[c] / chart.paper)));
        exact[code] = colour;
    };
    const auto grey = [&](double reflectance) { add({reflectance, reflectance, reflectance}); };
    for (const auto& patch : chart.patches)
        add(patch.colour);
    for (const auto& square : chart.squares)
        grey(square.reflectance);
    grey(chart.trap.reflectance);
    grey(chart.marker.black);
    grey(chart.marker.white);
    grey(chart.background);
    return exact;
}

/// Red, green and blue of the chart in linear light.
const std::array<cv::Mat, 3>& raster() {
    static const std::array<cv::Mat, 3> made = [] {
        const auto& chart = shippedChart();
        const auto drawn = chartRaster(chart, rasterWidth);
        const auto exact = exactColours(chart);
        std::array<cv::Mat, 3> planes;
        for (auto& plane : planes)
            plane.create(drawn.height, drawn.width, CV_32F);
        const auto* rgb = drawn.rgb.data();
        for (int y = 0; y < drawn.height; ++y)
            for (int x = 0; x < drawn.width; ++x, rgb += 3) {
                const auto found = exact.find({rgb[0], rgb[1], rgb[2]});
                for (std::size_t c = 0; c < 3; ++c)
                    planes[c].at<float>(y, x) = float(
                        found != exact.end() ? found->second[c] : chart.paper * linearOf(rgb[c] / 255.0));
            }
        return planes;
    }();
    return made;
}

/// Where a point of the picture lies without the distortion, by fixed-point iteration.
cv::Point2d behindTheLens(const View& view, double u, double v) {
    const double half = 0.25 * (double(view.width) * view.width + double(view.height) * view.height);
    double x = u;
    double y = v;
    for (int i = 0; i < (view.radial != 0 ? 8 : 0); ++i) {
        const double factor = 1 + view.radial * (x * x + y * y) / half;
        x = u / factor;
        y = v / factor;
    }
    return {x, y};
}

/// One colour as the lens shows it, \a scale times as large as green.
cv::Mat plane(const View& view, std::size_t colour, double scale) {
    const cv::Matx33d toChart = cv::Matx33d(view.homography.data()).inv();
    const double cx = (view.width - 1) / 2.0;
    const double cy = (view.height - 1) / 2.0;
    const int n = view.samples;
    cv::Mat mapX(view.height * n, view.width * n, CV_32F);
    cv::Mat mapY(mapX.size(), CV_32F);
    for (int row = 0; row < mapX.rows; ++row)
        for (int column = 0; column < mapX.cols; ++column) {
            const auto at = behindTheLens(view, ((column + 0.5) / n - 0.5 - cx) / scale,
                                          ((row + 0.5) / n - 0.5 - cy) / scale);
            const auto p = toChart * cv::Vec3d(at.x + cx, at.y + cy, 1);
            mapX.at<float>(row, column) = float(p[0] / p[2] * rasterWidth - 0.5);
            mapY.at<float>(row, column) = float(p[1] / p[2] * rasterWidth - 0.5);
        }
    cv::Mat fine;
    cv::remap(raster()[colour], fine, mapX, mapY, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(0.5));
    cv::Mat picture;
    cv::resize(fine, picture, {view.width, view.height}, 0, 0, cv::INTER_AREA);
    return picture;
}

/// The three colours; those of the last view are kept, as many tests look from the same place.
std::array<cv::Mat, 3> planes(const ChartScene& scene) {
    const auto& view = scene.view;
    std::vector<double> key(view.homography.begin(), view.homography.end());
    for (const double one : {double(view.width), double(view.height), double(view.samples), view.radial,
                             scene.redScale, scene.blueScale})
        key.push_back(one);
    static std::vector<double> lastKey;
    static std::array<cv::Mat, 3> last;
    if (key != lastKey)
        last = {plane(view, 0, scene.redScale), plane(view, 1, 1), plane(view, 2, scene.blueScale)};
    lastKey = key;
    return last;
}

/// Corner by corner, so that a corner square is blurred evenly.
cv::Mat blurred(const ChartScene& scene, const cv::Mat& sharp) {
    cv::Mat all = sharp.clone();
    if (scene.view.blurPx > 0) cv::GaussianBlur(sharp, all, {}, scene.view.blurPx);
    const int w = sharp.cols;
    const int h = sharp.rows;
    const int side = int(w * (0.5 - cornerShare));
    const std::array<cv::Rect, 4> corners = {cv::Rect(0, 0, side, h / 2), cv::Rect(w - side, 0, side, h / 2),
                                             cv::Rect(0, h / 2, side, h - h / 2),
                                             cv::Rect(w - side, h / 2, side, h - h / 2)};
    for (std::size_t i = 0; i < corners.size(); ++i) {
        if (scene.cornerBlurPx[i] <= 0) continue;
        cv::Mat own;
        cv::GaussianBlur(sharp, own, {}, scene.cornerBlurPx[i]);
        own(corners[i]).copyTo(all(corners[i]));
    }
    return all;
}

/// Multiplies by the light on the chart and the lens's falloff, adds what strays, and codes.
void expose(const ChartScene& scene, double gain, cv::Mat& light) {
    const auto& view = scene.view;
    const cv::Matx33d toChart = cv::Matx33d(view.homography.data()).inv();
    const double half = 0.25 * (double(view.width) * view.width + double(view.height) * view.height);
    for (int y = 0; y < light.rows; ++y)
        for (int x = 0; x < light.cols; ++x) {
            const auto p = toChart * cv::Vec3d(x, y, 1);
            const double u = x - (view.width - 1) / 2.0;
            const double v = y - (view.height - 1) / 2.0;
            const double lit = 1 + scene.slopeX * (p[0] / p[2] - 0.5) + scene.slopeY * (p[1] / p[2] - 0.375);
            const double through = 1 - scene.falloff * (u * u + v * v) / half;
            const double sum =
                gain * scene.exposure * lit * through * double(light.at<float>(y, x)) + scene.veil;
            const double level = scene.gamma > 0 ? std::pow(sum, scene.gamma) : srgbOf(sum);
            light.at<float>(y, x) = float(255 * level);
        }
}

void sharpen(cv::Mat& levels, double amount) {
    cv::Mat soft;
    cv::GaussianBlur(levels, soft, {}, 1);
    levels += amount * (levels - soft);
}

} // namespace

ChartScene plainScene(int width, int height) {
    ChartScene scene;
    scene.view.width = width;
    scene.view.height = height;
    scene.view.homography = viewOf(width, height, 1.03, 0.4, 2.3, -1.7);
    scene.view.samples = 3;
    return scene;
}

DecodedPicture pictureOf(const ChartScene& scene) {
    auto rgb = planes(scene);
    for (std::size_t c = 0; c < 3; ++c) {
        rgb[c] = blurred(scene, rgb[c]);
        expose(scene, scene.gains[c], rgb[c]);
        if (scene.sharpening > 0) sharpen(rgb[c], scene.sharpening);
        if (scene.view.noise > 0) {
            cv::RNG random(scene.seed + (scene.greyNoise ? 0 : c));
            cv::Mat grain(rgb[c].size(), CV_32F);
            random.fill(grain, cv::RNG::NORMAL, 0, scene.view.noise);
            rgb[c] += grain;
        }
    }
    cv::Mat levels;
    cv::merge(std::vector<cv::Mat>{rgb[2], rgb[1], rgb[0]}, levels);
    cv::Mat bgr;
    levels.convertTo(bgr, CV_8U);
    if (scene.view.quality > 0) {
        std::vector<std::uint8_t> bytes;
        cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, scene.view.quality});
        bgr = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
    DecodedPicture picture;
    picture.size = {static_cast<std::uint16_t>(bgr.cols), static_cast<std::uint16_t>(bgr.rows)};
    picture.bgr.assign(bgr.datastart, bgr.dataend);
    return picture;
}

double trueResponse(const View& view, double blurPx, double frequency) {
    const double pi = std::numbers::pi;
    const auto box = [&](double width) {
        const double x = pi * width * frequency;
        return x == 0 ? 1 : std::sin(x) / x;
    };
    const double rasterPx = std::abs(view.homography[0]) / rasterWidth;
    const double samples =
        std::sin(pi * frequency) / (view.samples * std::sin(pi * frequency / view.samples));
    return std::exp(-2 * std::pow(pi * blurPx * frequency, 2)) * samples * std::pow(box(rasterPx), 3);
}

double trueMtf50(const View& view, double blurPx) {
    double low = 0.001;
    double high = 0.9;
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        (trueResponse(view, blurPx, middle) > 0.5 ? low : high) = middle;
    }
    return low;
}

} // namespace framegate::imaging
