// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_patches.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/core.hpp>

namespace framegate::imaging {
namespace {

constexpr double innerShare = 0.55;     // of a patch's side: clear of its rim, also when turned
constexpr double trapShare = 0.45;      // of the trap's diameter: a square clear of its rim
constexpr double blockSide = 0.025;     // of a place of the background, in chart widths
constexpr double clearance = 0.012;     // from anything printed, in chart widths
constexpr std::size_t fewestPixels = 9; // of a patch
constexpr int fewestBlocks = 12;
constexpr double rowsOfBlock = 6; // of a place of the background, that are looked at
constexpr double dark = 6;        // levels: below and above that they say nothing of the curve
constexpr double bright = 250;

/// Pixels about a place, upright.
struct Window {
    int left, top, right, bottom; ///< the last two are outside

    std::size_t pixels() const {
        return right > left && bottom > top
                   ? static_cast<std::size_t>(right - left) * static_cast<std::size_t>(bottom - top)
                   : 0;
    }
};

Window windowAt(ImagePoint centre, double side, Resolution size) {
    const auto clip = [](double value, int limit) {
        return static_cast<int>(std::lround(std::clamp(value, 0.0, double(limit))));
    };
    return {clip(centre.x - side / 2 + 0.5, size.width), clip(centre.y - side / 2 + 0.5, size.height),
            clip(centre.x + side / 2 + 0.5, size.width), clip(centre.y + side / 2 + 0.5, size.height)};
}

bool inside(ImagePoint point, double side, Resolution size) {
    return point.x > side && point.y > side && point.x < size.width - side && point.y < size.height - side;
}

/// A patch, or a place of the background, taken apart.
struct Sample {
    Rgb mean{};
    std::size_t pixels = 0;
    std::size_t clipped = 0;
};

/// Of rows only one in \a every.
Sample sampleOf(const DecodedPicture& picture, const Window& window, int every = 1) {
    Sample sample;
    std::array<std::uint64_t, 3> sums{};
    for (int y = window.top; y < window.bottom; y += every) {
        sample.pixels += static_cast<std::size_t>(std::max(0, window.right - window.left));
        const auto* pixel =
            picture.bgr.data() + 3 * (std::size_t(y) * picture.size.width + std::size_t(window.left));
        for (int x = window.left; x < window.right; ++x, pixel += 3) {
            sums[0] += pixel[2];
            sums[1] += pixel[1];
            sums[2] += pixel[0];
            sample.clipped += pixel[0] >= 254 || pixel[1] >= 254 || pixel[2] >= 254;
        }
    }
    for (std::size_t c = 0; c < 3 && sample.pixels > 0; ++c)
        sample.mean[c] = double(sums[c]) / double(sample.pixels);
    return sample;
}

double lumaOf(const std::uint8_t* bgr) {
    return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2];
}

/// Sums over pixels of luma and of a second-order surface's six terms, for its fit.
struct SurfaceSums {
    cv::Matx<double, 6, 6> normal = cv::Matx<double, 6, 6>::zeros();
    cv::Matx<double, 6, 1> right = cv::Matx<double, 6, 1>::zeros();
    double square = 0;

    /// \a moments: over the row's pixels, sums of 1, u, u², u³, u⁴; \a luma: those of luma times 1, u, u².
    void addRow(double v, const std::array<double, 5>& moments, const std::array<double, 3>& luma) {
        constexpr std::array<std::array<int, 2>, 6> powers = {
            {{0, 0}, {1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}}}; // of u and v
        const std::array<double, 5> vs = {1, v, v * v, v * v * v, v * v * v * v};
        for (int i = 0; i < 6; ++i) {
            const auto [u1, v1] = powers[std::size_t(i)];
            right(i) += luma[std::size_t(u1)] * vs[std::size_t(v1)];
            for (int j = 0; j < 6; ++j) {
                const auto [u2, v2] = powers[std::size_t(j)];
                normal(i, j) += moments[std::size_t(u1 + u2)] * vs[std::size_t(v1 + v2)];
            }
        }
    }
};

/// The variance of luma about the surface of second order that fits it best: what noise is, and a slope of
/// the light is not.
double variance(const DecodedPicture& picture, const Window& window) {
    SurfaceSums sums;
    const double half = (window.right - window.left) / 2.0;
    std::array<double, 5> moments{};
    for (int x = window.left; x < window.right; ++x)
        for (std::size_t i = 0; i < moments.size(); ++i)
            moments[i] += std::pow((x - window.left - half) / half, double(i));
    for (int y = window.top; y < window.bottom; ++y) {
        const auto* pixel =
            picture.bgr.data() + 3 * (std::size_t(y) * picture.size.width + std::size_t(window.left));
        std::array<double, 3> luma{};
        for (int x = window.left; x < window.right; ++x, pixel += 3) {
            const double u = (x - window.left - half) / half;
            const double value = lumaOf(pixel);
            luma[0] += value;
            luma[1] += u * value;
            luma[2] += u * u * value;
            sums.square += value * value;
        }
        sums.addRow((y - window.top - half) / half, moments, luma);
    }
    cv::Matx<double, 6, 1> fit;
    if (!cv::solve(sums.normal, sums.right, fit, cv::DECOMP_CHOLESKY)) return 0;
    const double left = sums.square - fit.dot(sums.right);
    return std::max(0.0, left / (double(window.pixels()) - 6));
}

/// Whether a square of background about \a point keeps clear of all that is printed.
bool isBackground(const ChartDescription& chart, ChartPoint point) {
    const double own = blockSide / 2 + clearance;
    const auto clearOf = [&](ChartPoint centre, double halfWidth, double halfHeight) {
        return std::abs(point.x - centre.x) > halfWidth + own ||
               std::abs(point.y - centre.y) > halfHeight + own;
    };
    const auto clearOfSquare = [&](const auto& object) {
        const double half = 0.55 * object.side; // it may lean
        return clearOf(object.centre, half, half);
    };
    const double marker = chart.marker.side / 2 + chart.marker.margin;
    return point.x > own && point.y > own && point.x < 1 - own && point.y < chart.height - own &&
           std::all_of(chart.squares.begin(), chart.squares.end(), clearOfSquare) &&
           std::all_of(chart.patches.begin(), chart.patches.end(), clearOfSquare) &&
           std::all_of(chart.fiducials.begin(), chart.fiducials.end(),
                       [&](const auto& one) { return clearOf(one.centre, marker, marker); }) &&
           clearOf(chart.trap.centre, chart.trap.radius, chart.trap.radius) &&
           clearOf(chart.wedge.centre, chart.wedge.width / 2, chart.wedge.height / 2) &&
           clearOf(chart.label.centre, 0.25, 2 * chart.label.height);
}

std::vector<ChartPoint> backgroundPlaces(const ChartDescription& chart) {
    std::vector<ChartPoint> places;
    for (double y = blockSide; y < chart.height; y += blockSide)
        for (double x = blockSide; x < 1; x += blockSide)
            if (isBackground(chart, {x, y})) places.push_back({x, y});
    return places;
}

std::array<double, 6> surfaceTerms(ChartPoint point, double height) {
    const double x = point.x - 0.5;
    const double y = point.y - height / 2;
    return {1, x, y, x * x, x * y, y * y};
}

/// A place of the background and the light there.
struct Block {
    ChartPoint at;
    double light;
};

std::optional<LightSurface> fitSurface(const std::vector<Block>& blocks, double height) {
    cv::Mat_<double> left(static_cast<int>(blocks.size()), 6);
    cv::Mat_<double> right(left.rows, 1);
    for (int i = 0; i < left.rows; ++i) {
        const auto terms = surfaceTerms(blocks[std::size_t(i)].at, height);
        for (int j = 0; j < 6; ++j)
            left(i, j) = terms[std::size_t(j)];
        right(i) = blocks[std::size_t(i)].light;
    }
    cv::Mat_<double> fit;
    if (!cv::solve(left, right, fit, cv::DECOMP_SVD) || fit(0) <= 0) return std::nullopt;
    LightSurface surface;
    for (int j = 0; j < 6; ++j)
        surface.terms[std::size_t(j)] = fit(j) / fit(0);
    surface.spread = cv::norm(left * fit - right) / std::sqrt(double(left.rows)) / fit(0);
    return surface;
}

/// Level at which the sRGB curve gives that light.
double srgbLevel(double light) {
    const double coded = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
    return 255 * std::clamp(coded, 0.0, 1.0);
}

} // namespace

double srgbLight(double level) {
    const double share = level / 255;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

Rgb PatchColour::mean() const {
    return {(left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2};
}

double PatchColour::luma() const {
    const auto rgb = mean();
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

Rgb PatchColour::light() const {
    Rgb both{};
    for (std::size_t c = 0; c < 3; ++c)
        both[c] = (srgbLight(left[c]) + srgbLight(right[c])) / 2 / place;
    return both;
}

double LightSurface::at(ChartPoint point, double height) const {
    const auto of = surfaceTerms(point, height);
    double sum = 0;
    for (std::size_t i = 0; i < of.size(); ++i)
        sum += terms[i] * of[i];
    return std::max(sum, 0.02);
}

std::optional<LightSurface> backgroundLight(const DecodedPicture& picture, const FoundChart& found,
                                            const ChartDescription& chart) {
    std::vector<Block> blocks;
    const double perWidth =
        found.projection({0.75, chart.height / 2}).x - found.projection({0.25, chart.height / 2}).x;
    const double side = blockSide * 2 * perWidth;
    const int rowsEvery = std::max(1, static_cast<int>(side / rowsOfBlock));
    for (const auto& place : backgroundPlaces(chart)) {
        const auto at = found.projection(place);
        if (!inside(at, side, picture.size)) continue;
        const auto sample = sampleOf(picture, windowAt(at, side, picture.size), rowsEvery);
        if (sample.pixels > 0) blocks.push_back({place, srgbLight(sample.mean[1])});
    }
    if (blocks.size() < fewestBlocks) return std::nullopt;
    auto surface = fitSurface(blocks, chart.height);
    if (!surface) return std::nullopt;
    double light = 0;
    for (const auto& block : blocks)
        light += block.light / surface->at(block.at, chart.height) / double(blocks.size());
    surface->level = srgbLevel(light);
    return surface;
}

std::vector<PatchColour> patchColours(const DecodedPicture& picture, const FoundChart& found,
                                      const ChartDescription& chart, const LightSurface& light) {
    std::vector<PatchColour> colours;
    for (std::size_t i = 0; i + 1 < chart.patches.size(); i += 2) {
        PatchColour colour;
        colour.name = chart.patches[i].name;
        colour.grey = chart.patches[i].grey;
        colour.reference = chart.patches[i].colour;
        double variances = 0;
        double place = 0;
        std::size_t clipped = 0;
        for (const auto k : {i, i + 1}) {
            const auto& patch = chart.patches[k];
            const auto& corners = found.patches[k].corners;
            const ImagePoint centre = {(corners[0].x + corners[1].x + corners[2].x + corners[3].x) / 4,
                                       (corners[0].y + corners[1].y + corners[2].y + corners[3].y) / 4};
            const double side =
                innerShare * std::hypot(corners[1].x - corners[0].x, corners[1].y - corners[0].y);
            const auto window = windowAt(centre, side, picture.size);
            const auto sample = sampleOf(picture, window);
            if (!inside(centre, side / 2, picture.size) || sample.pixels < fewestPixels) {
                colour.pixels = 0;
                break;
            }
            (patch.mirrored ? colour.right : colour.left) = sample.mean;
            colour.pixels += sample.pixels;
            clipped += sample.clipped;
            place += light.at(patch.centre, chart.height) / 2;
            if (patch.grey && sample.pixels >= 64) variances += variance(picture, window) / 2;
        }
        colour.place = place;
        if (colour.pixels > 0) colour.clipped = double(clipped) / double(colour.pixels);
        colour.noise = std::sqrt(variances);
        colours.push_back(std::move(colour));
    }
    return colours;
}

std::optional<double> trapLuma(const DecodedPicture& picture, const FoundChart& found,
                               const ChartDescription& chart) {
    const auto centre = chart.trap.centre;
    const auto at = found.projection(centre);
    const auto rim = found.projection({centre.x + chart.trap.radius, centre.y});
    const double side = trapShare * 2 * std::hypot(rim.x - at.x, rim.y - at.y);
    if (!inside(at, side / 2, picture.size)) return std::nullopt;
    const auto sample = sampleOf(picture, windowAt(at, side, picture.size));
    if (sample.pixels < fewestPixels) return std::nullopt;
    return 0.299 * sample.mean[0] + 0.587 * sample.mean[1] + 0.114 * sample.mean[2];
}

ToneCurve toneCurveOf(const std::vector<PatchColour>& patches) {
    std::map<double, double> ratios; // by level: light that is there against light by the sRGB curve
    for (const auto& patch : patches) {
        const double level = patch.pixels > 0 ? patch.luma() : 0;
        if (!patch.grey || level < dark || level > bright) continue;
        ratios[level] = patch.reference[1] * patch.place / srgbLight(level);
    }
    std::vector<float> light(256);
    const auto bend = [&](double level) {
        const auto above = ratios.lower_bound(level);
        if (above == ratios.end()) return std::prev(above)->second;
        if (above == ratios.begin()) return above->second;
        const auto below = std::prev(above);
        const double t = (level - below->first) / (above->first - below->first);
        return below->second + t * (above->second - below->second);
    };
    const bool enough = ratios.size() >= 4;
    const double top = enough ? srgbLight(255) * bend(255) : 1;
    for (std::size_t level = 0; level < light.size(); ++level) {
        const double by = srgbLight(double(level));
        light[level] = static_cast<float>(enough ? by * bend(double(level)) / top : by);
        if (level > 0 && light[level] <= light[level - 1]) return ToneCurve::srgb(8);
    }
    return ToneCurve(std::move(light));
}

} // namespace framegate::imaging
