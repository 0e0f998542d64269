// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/chart_scene.h"

#include "sim/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace framegate::simulation {
namespace {

constexpr int chartWidth = 1600;
constexpr int chartHeight = 1200;

cv::Point2d at(double x, double y) {
    return {x * chartWidth, y * chartHeight};
}

void drawSquare(cv::Mat& chart, cv::Point2d centre, double side, double degrees) {
    constexpr int subpixelBits = 6;
    std::array<cv::Point, 4> corners;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const double angle = (degrees + 45 + 90.0 * static_cast<double>(i)) * CV_PI / 180;
        const double radius = side / std::sqrt(2.0);
        corners[i] = {static_cast<int>((centre.x + radius * std::cos(angle)) * (1 << subpixelBits)),
                      static_cast<int>((centre.y + radius * std::sin(angle)) * (1 << subpixelBits))};
    }
    cv::fillConvexPoly(chart, corners.data(), 4, cv::Scalar::all(70), cv::LINE_AA, subpixelBits);
}

void drawPatch(cv::Mat& chart, cv::Point2d centre, const cv::Scalar& rgb) {
    const cv::Point half(44, 44);
    const cv::Point middle(static_cast<int>(centre.x), static_cast<int>(centre.y));
    cv::rectangle(chart, middle - half, middle + half, rgb, cv::FILLED);
}

/// Ruled lines of growing fineness: what a bare chart lacks to be as large, coded, as a room.
void drawRuling(cv::Mat& chart) {
    const int top = static_cast<int>(0.90 * chartHeight);
    for (int x = 40, pitch = 24; x < chartWidth - 40; x += pitch) {
        cv::rectangle(chart, {x, top}, {x + pitch / 2 - 1, top + 70}, cv::Scalar::all(60), cv::FILLED);
        if (x % 160 < pitch) pitch = std::max(4, pitch - 2);
    }
}

/// The lens gives its corners less light.
cv::Mat fallOff() {
    cv::Mat factor(chartHeight, chartWidth, CV_32FC3);
    for (int y = 0; y < chartHeight; ++y)
        for (int x = 0; x < chartWidth; ++x) {
            const double dx = (x - chartWidth / 2) / 1000.0;
            const double dy = (y - chartHeight / 2) / 1000.0;
            const auto light = static_cast<float>(1.0 - 0.28 * (dx * dx + dy * dy));
            factor.at<cv::Vec3f>(y, x) = {light, light, light};
        }
    return factor;
}

cv::Mat drawChart() {
    cv::Mat chart(chartHeight, chartWidth, CV_8UC3, cv::Scalar::all(178));
    for (const double y : {0.2, 0.5, 0.8})
        for (const double x : {0.1, 0.5, 0.9})
            drawSquare(chart, at(x, y), 150, x == 0.5 ? -5 : 5);
    for (int i = 0; i < 12; ++i)
        drawPatch(chart, at(0.20 + 0.055 * i, 0.07), cv::Scalar::all(240 - 19 * i));
    const std::array<cv::Scalar, 6> colours = {cv::Scalar(190, 60, 60),  cv::Scalar(60, 150, 70),
                                               cv::Scalar(50, 70, 170),  cv::Scalar(60, 160, 180),
                                               cv::Scalar(180, 80, 150), cv::Scalar(220, 200, 60)};
    for (std::size_t i = 0; i < colours.size(); ++i) {
        const double y = 0.28 + 0.085 * static_cast<double>(i);
        drawPatch(chart, at(0.28, y), colours[i]);
        drawPatch(chart, at(0.72, y), colours[i]);
    }
    drawRuling(chart);
    cv::putText(chart, "FRAMEGATE CHART 0", at(0.36, 0.70), cv::FONT_HERSHEY_SIMPLEX, 1.4,
                cv::Scalar::all(50), 2, cv::LINE_AA);
    cv::multiply(chart, fallOff(), chart, 1, CV_8U);
    return chart;
}

const cv::Mat& chart() {
    static const cv::Mat drawn = drawChart();
    return drawn;
}

/// Gaussian noise of one level, to be scaled and shifted about: drawing it anew for each pixel would take
/// longer than everything else.
const cv::Mat& noiseTile() {
    static const cv::Mat tile = [] {
        sim::Random random(20260101);
        cv::Mat made(chartHeight + 64, chartWidth + 64, CV_8SC3);
        for (int row = 0; row < made.rows; ++row) {
            auto* values = made.ptr<signed char>(row);
            for (int i = 0; i < made.cols * 3; ++i) {
                double sum = 0; // of uniform numbers: near enough to normal, and quick
                for (int n = 0; n < 4; ++n)
                    sum += random.unit();
                values[i] = static_cast<signed char>(std::lround((sum - 2.0) * 1.732 * 2.2));
            }
        }
        return made;
    }();
    return tile;
}

class ChartScene : public sim::Scene {
public:
    explicit ChartScene(std::uint64_t seed) : random_(seed) {
        for (auto& gain : gains_)
            gain = random_.between(0.97, 1.03);
        shift_ = {random_.between(-6, 6), random_.between(-6, 6)};
        blur_ = random_.between(0.6, 0.9);
        noiseSeed_ = random_.below(1U << 30);
    }

    sim::SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame) override {
        const cv::Mat& clean = cleanPicture(width, height);
        sim::SceneImage image{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
        cv::Mat out(height, width, CV_8UC3, image.rgb.data());
        sim::Random place(noiseSeed_ + frame);
        const auto x = static_cast<int>(place.below(64));
        const auto y = static_cast<int>(place.below(64));
        cv::add(clean, noiseTile()(cv::Rect(x, y, width, height)), out, cv::noArray(), CV_8U);
        return image;
    }

private:
    const cv::Mat& cleanPicture(std::uint16_t width, std::uint16_t height) {
        if (size_ == std::pair{width, height}) return clean_;
        cv::resize(fullPicture(), clean_, {width, height}, 0, 0, cv::INTER_AREA);
        size_ = {width, height};
        return clean_;
    }

    /// Through this unit's lens, at the array's size.
    const cv::Mat& fullPicture() {
        if (!full_.empty()) return full_;
        const cv::Mat moved = (cv::Mat_<double>(2, 3) << 1, 0, shift_.x, 0, 1, shift_.y);
        cv::warpAffine(chart(), full_, moved, chart().size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
        cv::GaussianBlur(full_, full_, {}, blur_);
        cv::multiply(full_, cv::Scalar(gains_[0], gains_[1], gains_[2]), full_);
        return full_;
    }

    sim::Random random_;
    std::array<double, 3> gains_{};
    cv::Point2d shift_;
    double blur_ = 0;
    std::uint64_t noiseSeed_ = 0;
    std::pair<std::uint16_t, std::uint16_t> size_{};
    cv::Mat full_;
    cv::Mat clean_;
};

} // namespace

std::unique_ptr<sim::Scene> makeChartScene(std::uint64_t seed) {
    return std::make_unique<ChartScene>(seed);
}

} // namespace framegate::simulation
