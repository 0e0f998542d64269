// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_profile.h"

#include <numbers>

namespace framegate::imaging {
namespace {

constexpr double outerShare = 0.8;  ///< of the half width, beyond which the first levels are taken
constexpr double widestStep = 1e-4; ///< of a clean edge: noise is never taken as less than this share

} // namespace

EdgeProfile::EdgeProfile(const EdgeStrip& strip, const EdgeLine& line, double halfWidth, double halfLength,
                         double binWidth)
    : bins_(static_cast<std::size_t>(2 * halfWidth / binWidth) + 1),
      halfWidth_(halfWidth),
      binWidth_(binWidth) {
    const double perPixel = 1 / binWidth;
    const std::size_t last = bins_.size() - 1;
    strip.visit(line, halfWidth, halfLength, [&](double d, double, float value) {
        const auto light = static_cast<double>(value);
        auto& bin = bins_[std::min(static_cast<std::size_t>((d + halfWidth) * perPixel), last)];
        bin.count += 1;
        bin.d += d;
        bin.light += light;
        bin.square += light * light;
    });
    for (auto& bin : bins_) {
        if (bin.count <= 0) continue;
        filling_ += bin.count / (4 * halfWidth * halfLength);
        bin.d /= bin.count;
        bin.light /= bin.count;
        bin.square /= bin.count;
    }
}

bool EdgeProfile::covers(double reach) const {
    double before = -reach;
    for (const auto& bin : bins_) {
        if (bin.count <= 0 || bin.d < -reach) continue;
        if (bin.d - before > 0.25 + binWidth_) return false;
        before = bin.d;
        if (bin.d > reach) return true;
    }
    return false;
}

EdgeNoise EdgeProfile::noise(const EdgeModel& model, double from) const {
    double low = 0, high = 0, lowCount = 0, highCount = 0;
    for (const auto& bin : bins_) {
        if (bin.count <= 0 || std::abs(bin.d - model.centre) < from) continue;
        const double expected = model.value(bin.d);
        const double squares = bin.square - expected * (2 * bin.light - expected);
        (bin.d < model.centre ? low : high) += bin.count * std::max(0.0, squares);
        (bin.d < model.centre ? lowCount : highCount) += bin.count;
    }
    const double least = std::pow(widestStep * model.step(), 2);
    return {std::max(low / std::max(lowCount, 1.0), least), std::max(high / std::max(highCount, 1.0), least)};
}

double EdgeProfile::unevenness(const EdgeModel& model, double from) const {
    double squares = 0, count = 0;
    for (const auto& bin : bins_) {
        if (bin.count <= 0 || std::abs(bin.d - model.centre) < from) continue;
        const double rest = bin.light - model.value(bin.d);
        squares += bin.count * rest * rest;
        count += bin.count;
    }
    return count > 0 ? std::sqrt(squares / count) / std::abs(model.step()) : 0;
}

std::optional<EdgeModel> roughModel(const EdgeProfile& profile) {
    const double outer = outerShare * profile.halfWidth();
    double lowCount = 0, lowSum = 0, highCount = 0, highSum = 0;
    for (const auto& bin : profile.bins()) {
        if (bin.count <= 0 || std::abs(bin.d) < outer) continue;
        (bin.d < 0 ? lowCount : highCount) += bin.count;
        (bin.d < 0 ? lowSum : highSum) += bin.count * bin.light;
    }
    if (lowCount <= 0 || highCount <= 0) return std::nullopt;
    EdgeModel model;
    model.low = lowSum / lowCount;
    model.high = highSum / highCount;
    if (model.step() == 0) return std::nullopt;
    double above = 0, between = 0, filled = 0;
    for (const auto& bin : profile.bins()) {
        if (bin.count <= 0) continue;
        const double share = std::clamp((bin.light - model.low) / model.step(), 0.0, 1.0);
        above += share;
        between += share * (1 - share);
        filled += 1;
    }
    const double width = 2 * profile.halfWidth() / filled;
    model.centre = profile.halfWidth() - above * width;
    // The integral of Phi (1 - Phi) is sigma / sqrt(pi).
    model.sigma = std::clamp(between * width * std::sqrt(std::numbers::pi), 0.3, profile.halfWidth() / 8);
    return model;
}

} // namespace framegate::imaging
