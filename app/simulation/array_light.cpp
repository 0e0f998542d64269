// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/array_light.h"

#include "simulation/angles.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace framegate::simulation {
namespace {

constexpr double diffuserLight = 0.5;    ///< of what full white needs
constexpr double diffuserSlope = 0.01;   ///< less of it at the right than at the left
constexpr double infraredOfPaint = 0.55; ///< what colours reflect there whatever they look like
constexpr double cornerRadius = 0.73;    ///< of the half diagonal: where corners are measured
constexpr int tilesAcross = 12;          ///< in each of which the lens blurs alike
constexpr int tilesDown = 9;

/// Red, green and blue filters let near infrared through nearly alike. White balance makes grey grey again.
ChartColour throughFilter(const ChartColour& reflected, double infrared) {
    if (infrared == 0) return reflected;
    static constexpr ChartColour response = {1.0, 0.75, 0.85};
    const double luma = 0.3 * reflected[0] + 0.6 * reflected[1] + 0.1 * reflected[2];
    const double sent = 0.5 * luma + 0.5 * infraredOfPaint;
    ChartColour seen{};
    for (std::size_t c = 0; c < 3; ++c) {
        const double grey = 0.5 + infrared * response[c] * (0.25 + 0.5 * infraredOfPaint);
        seen[c] = 0.5 * (reflected[c] + infrared * response[c] * sent) / grey;
    }
    return seen;
}

/// Places on the array against its centre, a corner being 1 away.
class Field {
public:
    explicit Field(const SensorArray& array)
        : half_(0.5 * std::hypot(array.width, array.height)),
          x0_(0.5 * (array.width - 1)),
          y0_(0.5 * (array.height - 1)) {}
    double x(double column) const { return (column - x0_) / half_; }
    double y(double row) const { return (row - y0_) / half_; }

private:
    double half_;
    double x0_;
    double y0_;
};

double blurAt(const UnitOptics& optics, double x, double y) {
    const double r2 = x * x + y * y;
    const double along =
        x * std::cos(optics.tiltDegrees * perDegree) + y * std::sin(optics.tiltDegrees * perDegree);
    // A tilted lens is focused where it does least harm: a little to the far side of the centre.
    const double tilted = optics.tiltBlur * (along / cornerRadius + 0.25) / 1.25;
    const double away = optics.lensTurns * optics.blurPerTurn + tilted;
    const double square = optics.blur * optics.blur * (1 - r2) + optics.blurCorner * optics.blurCorner * r2;
    return std::sqrt(std::max(square, 0.0) + away * away);
}

/// The point spread is Gaussian, its width that of the middle of each tile. \a scale is what \a light was
/// made smaller by.
cv::Mat blurredBy(const cv::Mat& light, const UnitOptics& optics, const Field& field, int scale) {
    // Making it smaller and larger again has blurred it already.
    const double before = scale == 1 ? 0 : scale * scale * (1 / 12.0 + 1 / 6.0);
    cv::Mat out(light.size(), light.type());
    for (int j = 0; j < tilesDown; ++j)
        for (int i = 0; i < tilesAcross; ++i) {
            const cv::Point from(i * light.cols / tilesAcross, j * light.rows / tilesDown);
            const cv::Point to((i + 1) * light.cols / tilesAcross, (j + 1) * light.rows / tilesDown);
            const cv::Rect tile(from, to);
            const double whole = blurAt(optics, field.x(0.5 * scale * (from.x + to.x)),
                                        field.y(0.5 * scale * (from.y + to.y)));
            const double sigma = scale == 1 ? whole : std::sqrt(whole * whole - before) / scale;
            const int reach = std::max(1, static_cast<int>(std::ceil(3.2 * sigma)));
            cv::Mat target = out(tile);
            cv::GaussianBlur(light(tile), target, {2 * reach + 1, 2 * reach + 1}, sigma, sigma,
                             cv::BORDER_REPLICATE);
        }
    return out;
}

/// A lens far from its place blurs by hundreds of pixels: that is done on a smaller picture.
cv::Mat blurred(const cv::Mat& light, const UnitOptics& optics, const Field& field) {
    constexpr int scale = 4;
    constexpr double wide = 8; // pixels; the lens's own blur only adds to it
    const double tilted = optics.tiltBlur * (1 / cornerRadius + 0.25);
    if (std::abs(optics.lensTurns) * optics.blurPerTurn - tilted < wide)
        return blurredBy(light, optics, field, 1);
    cv::Mat small;
    cv::resize(light, small, {light.cols / scale, light.rows / scale}, 0, 0, cv::INTER_AREA);
    cv::Mat out;
    cv::resize(blurredBy(small, optics, field, scale), out, light.size(), 0, 0, cv::INTER_LINEAR);
    return out;
}

/// What grains of dust leave of the light: out of focus, so their rim is soft.
double pastDust(const UnitOptics& optics, double x, double y) {
    double left = 1;
    for (const auto& grain : optics.dust) {
        const double away = 2 * std::hypot(x - grain.x, y - grain.y) / grain.diameter;
        if (away < 1) left *= 1 - grain.contrast * std::min(1.0, 2 * (1 - away * away));
    }
    return left;
}

/// What of the light arrives at places of the array: lens, dust, lamp.
class Shading {
public:
    Shading(const UnitOptics& optics, const SensorArray& array)
        : optics_(optics),
          width_(array.width),
          field_(array),
          right_(optics.centreRight * 2 * field_.x(array.width - 1)),
          down_(optics.centreDown * 2 * field_.x(array.width - 1)) {}

    cv::Vec3d at(int column, int row) const {
        const double x = field_.x(column) - right_;
        const double y = field_.y(row) - down_;
        const double r2 = x * x + y * y;
        const double along =
            x * std::cos(optics_.sideDegrees * perDegree) + y * std::sin(optics_.sideDegrees * perDegree);
        const double side = 1 - (1 - optics_.sideLight) * std::clamp(0.5 * (along + 1), 0.0, 1.0);
        const double falls = std::max(0.0, 1 - (1 - optics_.cornerLight) * r2);
        double light = fullLight * optics_.lamp * side * falls;
        if (!optics_.dust.empty()) light *= pastDust(optics_, (column + 0.5) / width_, (row + 0.5) / width_);
        return {light * (1 - optics_.cornerColour * r2), light,
                light * (1 + 0.5 * optics_.cornerColour * r2)};
    }

private:
    const UnitOptics& optics_;
    double width_;
    Field field_;
    double right_;
    double down_;
};

/// \a shading between places eight pixels apart is as good as everywhere, but for dust.
template <class Source>
cv::Mat arriving(const UnitOptics& optics, const SensorArray& array, Source source) {
    const Shading shading(optics, array);
    cv::Mat out(array.height, array.width, CV_16UC3);
    const int pace = optics.dust.empty() ? 8 : 1;
    for (int y = 0; y < array.height; ++y) {
        auto* row = out.ptr<cv::Vec3w>(y);
        cv::Vec3d share;
        for (int x = 0; x < array.width; ++x) {
            if (x % pace == 0) share = shading.at(x, y);
            const cv::Vec3f light = source(x, y);
            for (int c = 0; c < 3; ++c)
                row[x][c] = cv::saturate_cast<std::uint16_t>(share[c] * light[c] + 0.5);
        }
    }
    return out;
}

/// Of all the light on the chart, what there is of each colour at a place of it.
cv::Vec3f litAt(const FixtureLight& light, bool lampOn, double x, double y) {
    const double along =
        x * std::cos(light.slopeDegrees * perDegree) + y * std::sin(light.slopeDegrees * perDegree);
    const double lamp = lampOn ? light.chart * std::max(0.0, 1 + light.slope * along) : 0;
    const double all = amountOnChart(light, lampOn);
    cv::Vec3f lit(1, 1, 1);
    for (int c = 0; c < 3 && all > 0; ++c)
        lit[c] = static_cast<float>((lamp * light.colour[static_cast<std::size_t>(c)] + light.ambient) / all);
    return lit;
}

} // namespace

double amountOnChart(const FixtureLight& light, bool lampOn) {
    return (lampOn ? light.chart : 0) + light.ambient;
}

cv::Mat lightOfChart(const ChartDescription& chart, const UnitOptics& optics, const SensorArray& array,
                     const FixtureLight& light, bool lampOn) {
    auto drawn = drawChart(chart, array.width, array.height, optics.view, [&](const ChartColour& reflected) {
        return throughFilter(reflected, optics.infrared);
    });
    const cv::Mat sharp(array.height, array.width, CV_32FC3, drawn.rgb.data());
    const cv::Mat seen = blurred(sharp, optics, Field(array));
    const bool even = lampOn && light.slope == 0 && light.colour == std::array<double, 3>{1, 1, 1};
    if (even || !lampOn)
        return arriving(optics, array, [&](int x, int y) { return seen.at<cv::Vec3f>(y, x); });
    return arriving(optics, array, [&](int x, int y) {
        const double right = (x + 0.5) / array.width - 0.5;
        const double down = (y + 0.5 - array.height / 2.0) / array.width;
        return seen.at<cv::Vec3f>(y, x).mul(litAt(light, lampOn, right, down));
    });
}

cv::Mat lightOfDiffuser(const UnitOptics& optics, const SensorArray& array) {
    const auto colour = throughFilter({diffuserLight, diffuserLight, diffuserLight}, optics.infrared);
    return arriving(optics, array, [&](int x, int) {
        const auto lamp = static_cast<float>(1 - diffuserSlope * x / array.width);
        return cv::Vec3f(static_cast<float>(colour[0]) * lamp, static_cast<float>(colour[1]) * lamp,
                         static_cast<float>(colour[2]) * lamp);
    });
}

} // namespace framegate::simulation
