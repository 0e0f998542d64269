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
enum class Shown : std::uint8_t { Chart, Unlit, Diffuser, Dark };

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
    Rendering(std::shared_ptr<const ChartDescription> chart, const SensorArray& array,
              const FixtureLight& fixture, UnitOptics optics)
        : chart_(std::move(chart)), array_(array), fixture_(fixture), optics_(std::move(optics)) {}

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
        // What is in a pixel is charge, whatever the light.
        const double amount = amountOf(shown) > 0 ? amountOf(shown) : 1;
        insertBadPixels(light, development, amount);
        const bool odd = size.width == optics_.oddWidth;
        develop(light, development.light * optics_.exposure * optics_.sensitivity * amount,
                odd ? optics_.oddRed : 1);
        if (size.width <= averagedWidth) cv::GaussianBlur(clean_, clean_, {}, averagedBlur);
        if (odd && optics_.oddBlur > 0) cv::GaussianBlur(clean_, clean_, {}, optics_.oddBlur);
        sharpen();
        madeFor_ = {shown, development};
        return clean_;
    }

    /// The light that there is, against that on a chart lit as it should be.
    double amountOf(Shown shown) const {
        if (shown == Shown::Dark) return 0;
        if (shown == Shown::Diffuser) return fixture_.diffuser;
        return amountOnChart(fixture_, shown == Shown::Chart);
    }

private:
    /// A picture that the caller may change.
    cv::Mat scaled(Shown shown, cv::Size size) {
        if (amountOf(shown) == 0) return {size, CV_16UC3, cv::Scalar::all(0)};
        const auto& all = onArray(shown);
        const cv::Mat whole = size.width == optics_.oddWidth ? windowOf(all) : all;
        cv::Mat light;
        if (whole.size() == size)
            light = whole.clone();
        else
            cv::resize(whole, light, size, 0, 0, cv::INTER_AREA);
        return light;
    }

    /// The part of the array that the odd size reads.
    cv::Mat windowOf(const cv::Mat& all) const {
        const int width = static_cast<int>(std::lround(all.cols * optics_.oddView));
        const int height = static_cast<int>(std::lround(all.rows * optics_.oddView));
        const auto from = [&](double shift, int whole, int part) {
            return static_cast<int>(std::lround((whole - part) / 2.0 + shift * all.cols));
        };
        cv::Mat wider;
        const int rim = all.cols / 5; // beyond the window that the sizes share, the array goes on a little
        cv::copyMakeBorder(all, wider, rim, rim, rim, rim, cv::BORDER_REFLECT);
        return wider({rim + from(optics_.oddPlace[0], all.cols, width),
                      rim + from(optics_.oddPlace[1], all.rows, height), width, height});
    }

    const cv::Mat& onArray(Shown shown) {
        if (!light_.empty() && lightOf_ == shown) return light_;
        light_ = shown == Shown::Diffuser
                     ? lightOfDiffuser(optics_, array_)
                     : lightOfChart(*chart_, optics_, array_, fixture_, shown == Shown::Chart);
        lightOf_ = shown;
        return light_;
    }

    /// A pixel of a smaller picture is the mean of what it covers.
    void insertBadPixels(cv::Mat& light, const sim::Development& development, double amount) const {
        const double share = double(light.cols) * light.rows / (double(array_.width) * array_.height);
        for (const auto& bad : optics_.pixels) {
            if (development.defectCorrection && !bad.clustered) continue;
            const int x = std::min(bad.x * light.cols / array_.width, light.cols - 1);
            const int y = std::min(bad.y * light.rows / array_.height, light.rows - 1);
            auto& pixel = light.at<cv::Vec3w>(y, x);
            const double value = bad.hot ? hotLight * fullLight / amount : 0;
            for (int c = 0; c < 3; ++c)
                pixel[c] = cv::saturate_cast<std::uint16_t>(pixel[c] + share * (value - pixel[c]));
        }
    }

    void develop(const cv::Mat& light, double exposure, double red) {
        std::array<Curve, 3> curves;
        for (std::size_t c = 0; c < 3; ++c)
            curves[c] = curveFor(exposure * optics_.gains[c] * (c == 0 ? red : 1));
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
    FixtureLight fixture_;
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
                 const FixtureLight& light, std::shared_ptr<const LensTurned> turned)
        : array_(array),
          switched_(light.switched),
          random_(seed),
          probability_(probability),
          usual_(chart, array, light, std::move(usual)),
          turned_(std::move(turned)) {
        noiseSeed_ = random_.below(1U << 30);
        if (faulty) faulty_.emplace(chart, array, light, std::move(*faulty));
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
        const double kind = shown_ == Shown::Diffuser ? diffuserBrightness : 1;
        return kind * usual_.amountOf(shown_) * usual_.optics().lamp * usual_.optics().sensitivity;
    }

    void lightUp(std::uint8_t outputs) override {
        const auto on = [&](wire::Output output) { return (outputs & wire::outputBit(output)) != 0; };
        if (on(wire::Output::Shutter))
            shown_ = Shown::Dark;
        else
            shown_ = on(wire::Output::Diffuser) ? Shown::Diffuser : Shown::Chart;
        if (shown_ == Shown::Chart && switched_ && !on(wire::Output::ChartLight)) shown_ = Shown::Unlit;
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
    const bool switched_;
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
                                             const FixtureLight& light,
                                             std::shared_ptr<const LensTurned> turned) {
    // The slots are the parallelism; OpenCV's own threads would only be in their way.
    static const bool oneThread = (cv::setNumThreads(1), true);
    (void)oneThread;
    return std::make_unique<OpticalScene>(chart, arrayOf(sensor), seed, std::move(usual), std::move(faulty),
                                          probability, light, std::move(turned));
}

} // namespace framegate::simulation
