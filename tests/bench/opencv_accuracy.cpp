// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/opencv_accuracy.h"

#include "imaging/chart_measurements.h"
#include "imaging/field_measurements.h"

#include "../unit/imaging/chart_pictures.h"
#include "bench/figures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace framegate::imaging {
namespace {

constexpr int chartPx = 4000; // the fiducials' edges lie on whole pixels
constexpr int width = 1296;
constexpr int height = 972;
constexpr int fine = 3; ///< samples a side of a pixel
constexpr double lensPx = 0.8;
constexpr int seeds = 6;

/// A camera before the chart.
struct Camera {
    std::string name;
    double degrees = 0;
    double right = 0; ///< % of the width
    double down = 0;
    double seen = 104;     ///< % of the chart's width
    double distortion = 0; ///< %
    double noise = 2;
    int quality = 90; ///< 0: not compressed
};

cv::Scalar lightOf(const ChartColour& colour) {
    return {colour[2], colour[1], colour[0]};
}

void fill(cv::Mat& chart, const std::array<ChartPoint, 4>& corners, const cv::Scalar& light) {
    constexpr int shift = 8;
    std::vector<cv::Point> points;
    for (const auto& corner : corners)
        points.emplace_back(cvRound((corner.x * chartPx - 0.5) * (1 << shift)),
                            cvRound((corner.y * chartPx - 0.5) * (1 << shift)));
    cv::fillConvexPoly(chart, points, light, cv::LINE_8, shift);
}

void fillSquare(cv::Mat& chart, ChartPoint centre, double side, double reflectance) {
    const int half = cvRound(side * chartPx / 2);
    const cv::Point at(cvRound(centre.x * chartPx), cvRound(centre.y * chartPx));
    cv::rectangle(chart, cv::Rect(at.x - half, at.y - half, 2 * half, 2 * half), cv::Scalar::all(reflectance),
                  cv::FILLED);
}

void drawFiducial(cv::Mat& chart, const ChartFiducial& fiducial, const ChartMarker& marker) {
    fillSquare(chart, fiducial.centre, marker.side + 2 * marker.margin, marker.white);
    fillSquare(chart, fiducial.centre, marker.side, marker.black);
    const double cell = marker.side / chartFrameCells * chartPx;
    const double left = (fiducial.centre.x - marker.side / 2) * chartPx;
    const double top = (fiducial.centre.y - marker.side / 2) * chartPx;
    for (int row = 0; row < chartFrameCells; ++row)
        for (int column = 0; column < chartFrameCells; ++column)
            if (fiducial.white(row, column))
                cv::rectangle(
                    chart, cv::Point(cvRound(left + column * cell), cvRound(top + row * cell)),
                    cv::Point(cvRound(left + (column + 1) * cell) - 1, cvRound(top + (row + 1) * cell) - 1),
                    cv::Scalar::all(marker.white), cv::FILLED);
}

/// Light of the whole chart, blue, green and red.
const cv::Mat& drawnChart() {
    static const cv::Mat made = [] {
        const auto& description = shippedChart();
        cv::Mat chart(cvRound(chartPx * description.height), chartPx, CV_32FC3,
                      cv::Scalar::all(description.background));
        for (const auto& fiducial : description.fiducials)
            drawFiducial(chart, fiducial, description.marker);
        for (const auto& square : description.squares)
            fill(chart, square.corners(), cv::Scalar::all(square.reflectance));
        for (const auto& patch : description.patches)
            fill(chart, patch.corners(), lightOf(patch.colour));
        return chart;
    }();
    return made;
}

/// The radius from which a lens moves light to \a radius; a corner is 1 away.
double before(double radius, double share) {
    double from = radius;
    for (int i = 0; i < 20; ++i)
        from -= (from + share * from * from * from - radius) / (1 + 3 * share * from * from);
    return from;
}

cv::Mat distorted(const cv::Mat& picture, double share) {
    if (share == 0) return picture;
    const double half = 0.5 * std::hypot(width, height);
    const cv::Point2d middle((width - 1) / 2.0, (height - 1) / 2.0);
    cv::Mat map(height, width, CV_32FC2);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const cv::Point2d away = cv::Point2d(x, y) - middle;
            const double radius = std::max(cv::norm(away) / half, 1e-9);
            const cv::Point2d from = middle + away * (before(radius, share) / radius);
            map.at<cv::Vec2f>(y, x) = {float(from.x), float(from.y)};
        }
    cv::Mat out;
    cv::remap(picture, out, map, cv::noArray(), cv::INTER_LANCZOS4, cv::BORDER_REPLICATE);
    return out;
}

DecodedPicture coded(const cv::Mat& light, const Camera& camera, cv::RNG& random) {
    cv::Mat curve;
    cv::Mat clipped = cv::min(cv::max(light, 0), 1);
    cv::pow(clipped, 1 / 2.4, curve);
    cv::Mat levels = 255 * (1.055 * curve - cv::Scalar::all(0.055));
    cv::Mat grain(levels.size(), CV_32F);
    random.fill(grain, cv::RNG::NORMAL, 0, camera.noise);
    cv::Mat grains;
    cv::merge(std::vector<cv::Mat>{grain, grain, grain}, grains);
    cv::Mat bgr;
    cv::Mat(levels + grains).convertTo(bgr, CV_8UC3);
    if (camera.quality > 0) {
        std::vector<std::uint8_t> bytes;
        cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, camera.quality});
        bgr = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
    DecodedPicture picture;
    picture.size = {std::uint16_t(bgr.cols), std::uint16_t(bgr.rows)};
    picture.bgr.assign(bgr.data, bgr.data + bgr.total() * 3);
    return picture;
}

DecodedPicture pictureOf(const Camera& camera, std::uint64_t seed) {
    cv::RNG random(seed);
    const double scale = fine * width * 100 / camera.seen / chartPx;
    const cv::Point2f middle(float((chartPx - 1) / 2.0), float((drawnChart().rows - 1) / 2.0));
    cv::Mat turn = cv::getRotationMatrix2D(middle, -camera.degrees, scale);
    turn.at<double>(0, 2) += (fine * width - 1) / 2.0 + fine * width * camera.right / 100 - double(middle.x);
    turn.at<double>(1, 2) += (fine * height - 1) / 2.0 + fine * width * camera.down / 100 - double(middle.y);
    cv::Mat large;
    cv::warpAffine(drawnChart(), large, turn, {fine * width, fine * height}, cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    cv::Mat light;
    cv::resize(large, light, {width, height}, 0, 0, cv::INTER_AREA);
    light = distorted(light, camera.distortion / 100);
    cv::GaussianBlur(light, light, {}, lensPx);
    return coded(0.9 * light, camera, random);
}

/// Errors of one reading.
struct Errors {
    double truth = 0;
    std::vector<double> all;
};

void print(const std::string& name, const std::map<std::string, Errors>& errors, bool figures) {
    for (const auto& [reading, one] : errors) {
        double bias = 0;
        double worst = 0;
        for (const double error : one.all)
            bias += error / double(one.all.size()), worst = std::max(worst, std::abs(error));
        double square = 0;
        for (const double error : one.all)
            square += (error - bias) * (error - bias);
        const double spread = std::sqrt(square / double(std::max<std::size_t>(one.all.size() - 1, 1)));
        if (figures)
            test::printFigure(fmt::format("opencv_bias/{}/{}", reading, name), bias, "1");
        else
            fmt::print("| {} | `{}` | {:.4g} | {:+.2g} | {:.2g} | {:.2g} |\n", name, reading, one.truth, bias,
                       spread, worst);
    }
    std::fflush(stdout);
}

void collect(const std::vector<Reading>& readings, const std::map<std::string, double>& truths,
             std::map<std::string, Errors>& errors) {
    for (const auto& reading : readings)
        if (const auto truth = truths.find(reading.name); truth != truths.end()) {
            errors[reading.name].truth = truth->second;
            errors[reading.name].all.push_back(reading.value - truth->second);
        }
}

double levelOf(double light) {
    return 255 * (1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

std::map<std::string, double> truthsOf(const Camera& camera) {
    std::map<std::string, double> truths = {{"chart_rotation", camera.degrees},
                                            {"chart_centre_x", camera.right},
                                            {"chart_centre_y", camera.down},
                                            {"distortion", camera.distortion}};
    if (camera.distortion == 0) truths["field_of_view"] = camera.seen; // it is not without the distortion
    if (camera.quality > 0) return truths;                             // compression takes noise away
    const double rounded = std::sqrt(camera.noise * camera.noise + 1.0 / 12);
    return {{"noise_grey", rounded},
            {"noise_dark", rounded},
            {"snr_grey", 20 * std::log10(levelOf(0.9 * 0.18) / rounded)}};
}

void measureCharts(const Camera& camera, bool figures) {
    std::map<std::string, Errors> errors;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        // A little elsewhere on the pixel grid each time.
        auto moved = camera;
        moved.right += 0.021 * (double(seed) - 3);
        moved.down -= 0.017 * (double(seed) - 3);
        const auto measured = measureChart(pictureOf(moved, seed), shippedChart());
        if (measured)
            collect(measured->readings, truthsOf(moved), errors);
        else
            fmt::print(stderr, "{}: {}\n", camera.name, measured.error().message);
    }
    for (auto& [reading, one] : errors)
        one.truth = truthsOf(camera).at(reading);
    print(camera.name, errors, figures);
}

void measureFields(double noise, int quality, bool figures) {
    std::map<std::string, Errors> errors;
    const cv::Mat light(height, width, CV_32FC3, cv::Scalar::all(0.4));
    Camera camera;
    camera.noise = noise;
    camera.quality = quality;
    const double rounded = std::sqrt(noise * noise + 1.0 / 12);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        cv::RNG random(seed);
        const auto first = coded(light, camera, random);
        const auto second = coded(light, camera, random);
        const auto measured = measureField(first, second, ToneCurve::srgb(8));
        if (measured)
            collect(measured->readings,
                    {{"temporal_noise", rounded}, {"field_snr", 20 * std::log10(levelOf(0.4) / rounded)}},
                    errors);
    }
    print(fmt::format("field, noise {} DN, {}", noise,
                      quality > 0 ? fmt::format("quality {}", quality) : "not compressed"),
          errors, figures);
}

std::vector<Camera> cameras() {
    std::vector<Camera> all;
    for (const double degrees : {-8.0, -1.0, 0.3, 5.0})
        all.push_back({fmt::format("turned by {}°", degrees), degrees});
    all.push_back({"beside the middle", 0, 2.5, -1.5, 112});
    all.push_back({"beside the middle, turned", 2, -3, 2, 115});
    for (const double seen : {101.0, 110.0, 125.0})
        all.push_back({fmt::format("{} % seen", seen), 0, 0, 0, seen});
    for (const double distortion : {-6.0, -1.0, 2.0})
        all.push_back({fmt::format("distortion of {} %", distortion), 0.5, 0.4, -0.3, 108, distortion});
    for (const double noise : {1.0, 2.0, 5.0})
        all.push_back({fmt::format("noise {} DN, not compressed", noise), 0, 0, 0, 104, 0, noise, 0});
    return all;
}

} // namespace

int openCvAccuracy(bool figures) {
    if (!figures)
        fmt::print(
            "\n| drawn by OpenCV | reading | truth | bias | spread | worst |\n| --- | --- | --- | --- | "
            "--- | --- |\n");
    for (const auto& camera : cameras())
        measureCharts(camera, figures);
    for (const double noise : {1.0, 3.0})
        for (const int quality : {0, 90})
            measureFields(noise, quality, figures);
    return 0;
}

} // namespace framegate::imaging
