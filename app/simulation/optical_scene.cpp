// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/optical_scene.h"

#include "protocol/messages.h"
#include "sim/random.h"
#include "simulation/array_light.h"
#include "simulation/pixel_noise.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace framegate::simulation {
namespace {

/// Pictures up to this width come from many averaged pixels: they are softer, and have hardly any noise.
/// With that, they are about as long, coded, as published ones.
constexpr int averagedWidth = 352;
constexpr double averagedBlur = 0.8;
constexpr double averagedNoise = 0.125; ///< of the array's

constexpr double hotLight = 0.8; ///< of what full white needs
constexpr double diffuserBrightness = 0.9;

/// What the fixture shows.
enum class Shown : std::uint8_t { Chart, Diffuser, Dark };

/// The standard curve of IEC 61966-2-1.
double coded(double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

using Curve = std::vector<std::uint8_t>; ///< level of each of 65,536 amounts of light

Curve curveFor(double gain) {
    Curve curve(65'536);
    for (std::size_t i = 0; i < curve.size(); ++i)
        curve[i] = cv::saturate_cast<std::uint8_t>(255 * coded(std::min(1.0, gain * double(i) / fullLight)));
    return curve;
}

/// One state of a unit, and the pictures it makes before noise comes on them.
class Rendering {
public:
    Rendering(std::shared_ptr<const ChartDescription> chart, const SensorArray& array, UnitOptics optics)
        : chart_(std::move(chart)), array_(array), optics_(std::move(optics)) {}

    const UnitOptics& optics() const { return optics_; }

    /// The lens stands so many turns from where it was put in.
    void turnLens(double turns) {
        if (turns == turned_) return;
        optics_.lensTurns += turns - turned_;
        turned_ = turns;
        light_.release();
        clean_.release();
    }

    /// Levels without noise; valid until the next call.
    const cv::Mat& clean(Shown shown, cv::Size size, const sim::Development& development) {
        if (clean_.size() == size && madeFor_ == std::pair(shown, development)) return clean_;
        cv::Mat light = scaled(shown, size);
        insertBadPixels(light, development);
        develop(light, development.light * optics_.exposure);
        if (size.width <= averagedWidth) cv::GaussianBlur(clean_, clean_, {}, averagedBlur);
        sharpen();
        madeFor_ = {shown, development};
        return clean_;
    }

private:
    /// A picture that the caller may change.
    cv::Mat scaled(Shown shown, cv::Size size) {
        if (shown == Shown::Dark) return {size, CV_16UC3, cv::Scalar::all(0)};
        const auto& whole = onArray(shown);
        cv::Mat light;
        if (whole.size() == size)
            light = whole.clone();
        else
            cv::resize(whole, light, size, 0, 0, cv::INTER_AREA);
        return light;
    }

    const cv::Mat& onArray(Shown shown) {
        if (!light_.empty() && lightOf_ == shown) return light_;
        light_ =
            shown == Shown::Chart ? lightOfChart(*chart_, optics_, array_) : lightOfDiffuser(optics_, array_);
        lightOf_ = shown;
        return light_;
    }

    /// A pixel of a smaller picture is the mean of what it covers.
    void insertBadPixels(cv::Mat& light, const sim::Development& development) const {
        const double share = double(light.cols) * light.rows / (double(array_.width) * array_.height);
        for (const auto& bad : optics_.pixels) {
            if (development.defectCorrection && !bad.clustered) continue;
            const int x = std::min(bad.x * light.cols / array_.width, light.cols - 1);
            const int y = std::min(bad.y * light.rows / array_.height, light.rows - 1);
            auto& pixel = light.at<cv::Vec3w>(y, x);
            const double value = bad.hot ? hotLight * fullLight : 0;
            for (int c = 0; c < 3; ++c)
                pixel[c] = cv::saturate_cast<std::uint16_t>(pixel[c] + share * (value - pixel[c]));
        }
    }

    void develop(const cv::Mat& light, double exposure) {
        std::array<Curve, 3> curves;
        for (std::size_t c = 0; c < 3; ++c)
            curves[c] = curveFor(exposure * optics_.gains[c]);
        clean_.create(light.size(), CV_8UC3);
        for (int y = 0; y < light.rows; ++y) {
            const auto* from = light.ptr<cv::Vec3w>(y);
            auto* to = clean_.ptr<cv::Vec3b>(y);
            for (int x = 0; x < light.cols; ++x)
                to[x] = {curves[0][from[x][0]], curves[1][from[x][1]], curves[2][from[x][2]]};
        }
    }

    void sharpen() {
        cv::Mat soft;
        cv::GaussianBlur(clean_, soft, {3, 3}, 0.85);
        cv::addWeighted(clean_, 1 + optics_.sharpening, soft, -optics_.sharpening, 0, clean_);
    }

    std::shared_ptr<const ChartDescription> chart_;
    const SensorArray& array_;
    UnitOptics optics_;
    double turned_ = 0;
    cv::Mat light_; ///< on the whole array
    Shown lightOf_ = Shown::Chart;
    cv::Mat clean_;
    std::pair<Shown, sim::Development> madeFor_{};
};

class OpticalScene : public sim::Scene {
public:
    OpticalScene(const std::shared_ptr<const ChartDescription>& chart, const SensorArray& array,
                 std::uint64_t seed, UnitOptics usual, std::optional<UnitOptics> faulty, double probability,
                 std::shared_ptr<const LensTurned> turned)
        : array_(array),
          random_(seed),
          probability_(probability),
          usual_(chart, array, std::move(usual)),
          turned_(std::move(turned)) {
        noiseSeed_ = random_.below(1U << 30);
        if (faulty) faulty_.emplace(chart, array, std::move(*faulty));
    }

    sim::SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame,
                         const sim::Development& development) override {
        auto& rendering = faulty_ && random_.happens(probability_) ? *faulty_ : usual_;
        if (turned_) rendering.turnLens(turned_->load());
        const auto& clean = rendering.clean(shown_, {width, height}, development);
        sim::SceneImage image{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
        cv::Mat out(height, width, CV_8UC3, image.rgb.data());
        noiseFor(rendering.optics(), width).add(clean, noiseSeed_ + frame, out);
        addRows(rendering.optics(), out);
        return image;
    }

    double brightness() const override {
        if (shown_ == Shown::Dark) return 0;
        return shown_ == Shown::Diffuser ? diffuserBrightness : 1;
    }

    void lightUp(std::uint8_t outputs) override {
        const auto on = [&](wire::Output output) { return (outputs & wire::outputBit(output)) != 0; };
        if (on(wire::Output::Shutter))
            shown_ = Shown::Dark;
        else
            shown_ = on(wire::Output::Diffuser) ? Shown::Diffuser : Shown::Chart;
    }

private:
    const PixelNoise& noiseFor(const UnitOptics& optics, int width) {
        const bool averaged = width <= averagedWidth;
        const double level =
            optics.noise *
            (averaged ? averagedNoise : std::pow(double(width) / array_.width, array_.noiseFalls));
        if (!noise_ || noise_->first != level) noise_.emplace(level, PixelNoise(level));
        return noise_->second;
    }

    void addRows(const UnitOptics& optics, cv::Mat& out) {
        const double scale = double(out.rows) / array_.height;
        for (const auto& bad : optics.rows) {
            cv::Mat row = out.row(std::min(static_cast<int>(bad.row * scale), out.rows - 1));
            row += cv::Scalar::all(std::round(bad.offset * scale));
        }
        if (optics.bandingDn == 0) return;
        const double phase = 2 * CV_PI * random_.unit();
        for (int y = 0; y < out.rows; ++y) {
            cv::Mat row = out.row(y);
            row += cv::Scalar::all(
                std::round(optics.bandingDn * std::sin(phase + 2 * CV_PI * y / (scale * optics.bandRows))));
        }
    }

    const SensorArray& array_;
    sim::Random random_;
    double probability_;
    Rendering usual_;
    std::optional<Rendering> faulty_;
    std::shared_ptr<const LensTurned> turned_;
    std::uint64_t noiseSeed_ = 0;
    std::optional<std::pair<double, PixelNoise>> noise_;
    Shown shown_ = Shown::Chart;
};

} // namespace

std::unique_ptr<sim::Scene> makeOpticalScene(std::shared_ptr<const ChartDescription> chart,
                                             sim::SensorKind sensor, std::uint64_t seed, UnitOptics usual,
                                             std::optional<UnitOptics> faulty, double probability,
                                             std::shared_ptr<const LensTurned> turned) {
    // The slots are the parallelism; OpenCV's own threads would only be in their way.
    static const bool oneThread = (cv::setNumThreads(1), true);
    (void)oneThread;
    return std::make_unique<OpticalScene>(chart, arrayOf(sensor), seed, std::move(usual), std::move(faulty),
                                          probability, std::move(turned));
}

} // namespace framegate::simulation
