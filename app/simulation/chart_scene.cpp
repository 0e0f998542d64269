// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/chart_scene.h"

#include "sim/random.h"
#include "simulation/pixel_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace framegate::simulation {
namespace {

/// A sensor's array, and what its pixels do to the light.
struct Array {
    int width;
    int height;
    double noise;      ///< standard deviation in digital numbers, at the full size
    double noiseFalls; ///< noise goes with that power of the picture's width: averaging takes it away
    double blurFrom;   ///< standard deviation of the lens and the interpolation, in pixels
    double blurTo;
};

/// With this noise and blur, pictures of the chart are about as long as published ones of rooms.
const Array& drawnArray(sim::SensorKind sensor) {
    static constexpr Array ov2640 = {1600, 1200, 4.0, 0, 0.6, 0.9};
    static constexpr Array ov5642 = {2592, 1944, 3.7, 0.75, 1.0, 1.3};
    return sensor == sim::SensorKind::Ov5642 ? ov5642 : ov2640;
}

/// Pictures up to this width come from many averaged pixels: they are softer, and have hardly any noise.
constexpr int smallWidth = 352;
constexpr double smallBlur = 1.2;
constexpr double smallNoise = 0.5;

/// Draws the chart. Lengths are in pixels of a picture of 1600 by 1200.
class ChartDrawing {
public:
    explicit ChartDrawing(const Array& array)
        : size_(array.width, array.height), scale_(array.width / 1600.0) {}

    cv::Mat drawn() {
        chart_ = cv::Mat(size_, CV_8UC3, cv::Scalar::all(178));
        for (const double y : {0.2, 0.5, 0.8})
            for (const double x : {0.1, 0.5, 0.9})
                square(at(x, y), 150, x == 0.5 ? -5 : 5);
        for (int i = 0; i < 12; ++i)
            patch(at(0.20 + 0.055 * i, 0.07), cv::Scalar::all(240 - 19 * i));
        colourPatches();
        ruling();
        cv::putText(chart_, "FRAMEGATE CHART 0", at(0.36, 0.70), cv::FONT_HERSHEY_SIMPLEX, 1.4 * scale_,
                    cv::Scalar::all(50), length(2), cv::LINE_AA);
        cv::multiply(chart_, fallOff(), chart_, 1, CV_8U);
        return chart_;
    }

private:
    cv::Point2d at(double x, double y) const { return {x * size_.width, y * size_.height}; }
    int length(double pixels) const { return static_cast<int>(std::lround(pixels * scale_)); }

    void square(cv::Point2d centre, double side, double degrees) {
        constexpr int subpixelBits = 6;
        std::array<cv::Point, 4> corners;
        for (std::size_t i = 0; i < corners.size(); ++i) {
            const double angle = (degrees + 45 + 90.0 * static_cast<double>(i)) * CV_PI / 180;
            const double radius = side * scale_ / std::sqrt(2.0);
            corners[i] = {static_cast<int>((centre.x + radius * std::cos(angle)) * (1 << subpixelBits)),
                          static_cast<int>((centre.y + radius * std::sin(angle)) * (1 << subpixelBits))};
        }
        cv::fillConvexPoly(chart_, corners.data(), 4, cv::Scalar::all(70), cv::LINE_AA, subpixelBits);
    }

    void patch(cv::Point2d centre, const cv::Scalar& rgb) {
        const cv::Point half(length(44), length(44));
        const cv::Point middle(static_cast<int>(centre.x), static_cast<int>(centre.y));
        cv::rectangle(chart_, middle - half, middle + half, rgb, cv::FILLED);
    }

    void colourPatches() {
        const std::array<cv::Scalar, 6> colours = {cv::Scalar(190, 60, 60),  cv::Scalar(60, 150, 70),
                                                   cv::Scalar(50, 70, 170),  cv::Scalar(60, 160, 180),
                                                   cv::Scalar(180, 80, 150), cv::Scalar(220, 200, 60)};
        for (std::size_t i = 0; i < colours.size(); ++i) {
            const double y = 0.28 + 0.085 * static_cast<double>(i);
            patch(at(0.28, y), colours[i]);
            patch(at(0.72, y), colours[i]);
        }
    }

    /// Ruled lines of growing fineness: what a bare chart lacks to be as large, coded, as a room.
    void ruling() {
        const int top = static_cast<int>(0.90 * size_.height);
        for (int x = 40, pitch = 24; x < 1600 - 40; x += pitch) {
            cv::rectangle(chart_, {length(x), top}, {length(x + pitch / 2.0) - 1, top + length(70)},
                          cv::Scalar::all(60), cv::FILLED);
            if (x % 160 < pitch) pitch = std::max(4, pitch - 2);
        }
    }

    /// The lens gives its corners less light.
    cv::Mat fallOff() const {
        cv::Mat factor(size_, CV_32FC3);
        for (int y = 0; y < size_.height; ++y)
            for (int x = 0; x < size_.width; ++x) {
                const double dx = (x - size_.width / 2) / (1000.0 * scale_);
                const double dy = (y - size_.height / 2) / (1000.0 * scale_);
                const auto light = static_cast<float>(1.0 - 0.28 * (dx * dx + dy * dy));
                factor.at<cv::Vec3f>(y, x) = {light, light, light};
            }
        return factor;
    }

    cv::Size size_;
    double scale_;
    cv::Mat chart_;
};

const cv::Mat& chartFor(sim::SensorKind sensor) {
    if (sensor == sim::SensorKind::Ov5642) {
        static const cv::Mat large = ChartDrawing(drawnArray(sim::SensorKind::Ov5642)).drawn();
        return large;
    }
    static const cv::Mat drawn = ChartDrawing(drawnArray(sim::SensorKind::Ov2640)).drawn();
    return drawn;
}

class ChartScene : public sim::Scene {
public:
    ChartScene(std::uint64_t seed, sim::SensorKind sensor)
        : array_(drawnArray(sensor)), chart_(chartFor(sensor)), random_(seed) {
        for (auto& gain : gains_)
            gain = random_.between(0.97, 1.03);
        shift_ = {random_.between(-6, 6), random_.between(-6, 6)};
        blur_ = random_.between(array_.blurFrom, array_.blurTo);
        noiseSeed_ = random_.below(1U << 30);
    }

    sim::SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame,
                         const sim::Development& development) override {
        const cv::Mat& clean = cleanPicture({width, height});
        sim::SceneImage image{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
        cv::Mat out(height, width, CV_8UC3, image.rgb.data());
        noise_->add(clean, noiseSeed_ + frame, out);
        sim::expose(image, development.light);
        return image;
    }

private:
    const cv::Mat& cleanPicture(cv::Size size) {
        if (clean_.size() == size) return clean_;
        cv::resize(fullPicture(), clean_, size, 0, 0, cv::INTER_AREA);
        const bool averaged = size.width <= smallWidth;
        if (averaged) cv::GaussianBlur(clean_, clean_, {}, smallBlur);
        const double share = double(size.width) / array_.width;
        const double level = averaged ? smallNoise : array_.noise * std::pow(share, array_.noiseFalls);
        noise_.emplace(level);
        return clean_;
    }

    /// Through this unit's lens, at the array's size.
    const cv::Mat& fullPicture() {
        if (!full_.empty()) return full_;
        const cv::Mat moved = (cv::Mat_<double>(2, 3) << 1, 0, shift_.x, 0, 1, shift_.y);
        cv::warpAffine(chart_, full_, moved, chart_.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
        cv::GaussianBlur(full_, full_, {}, blur_);
        cv::multiply(full_, cv::Scalar(gains_[0], gains_[1], gains_[2]), full_);
        return full_;
    }

    const Array& array_;
    const cv::Mat& chart_;
    sim::Random random_;
    std::array<double, 3> gains_{};
    cv::Point2d shift_;
    double blur_ = 0;
    std::uint64_t noiseSeed_ = 0;
    cv::Mat full_;
    cv::Mat clean_;
    std::optional<PixelNoise> noise_; ///< for the size of clean_
};

} // namespace

std::unique_ptr<sim::Scene> makeChartScene(std::uint64_t seed, sim::SensorKind sensor) {
    return std::make_unique<ChartScene>(seed, sensor);
}

} // namespace framegate::simulation
