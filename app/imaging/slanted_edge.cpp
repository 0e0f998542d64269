// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/slanted_edge.h"

#include "imaging/edge_fit.h"
#include "imaging/edge_spectrum.h"

#include <fmt/format.h>
#include <numbers>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr double frequencyStep = 1.0 / (EdgeSharpness::responses - 1);
constexpr double shapesReach = 7;     ///< sigmas each way in which the shapes of the edge lie
constexpr double leastSharpReach = 6; ///< pixels each way: sharpening is felt as far
constexpr double mostShift = 0.5;     ///< pixels that a part of the edge may lie off the line
constexpr double shiftPerSigma = 0.25;
constexpr double mostLevelError = 0.15; ///< of the step that the light beside a part may be off

struct Range {
    std::size_t first;
    std::size_t count;
};

/// The bins near the edge.
Range nearBins(const EdgeProfile& profile, const EdgeModel& model) {
    const double reach = std::max(shapesReach * model.sigma, leastSharpReach);
    const auto number = [&](double d) {
        const double bin = (d + profile.halfWidth()) / profile.binWidth();
        return static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(profile.bins().size() - 1)));
    };
    const auto first = number(model.centre - reach);
    return {first, number(model.centre + reach) - first + 1};
}

/// Where the response, from entry \a from of the table on, first falls to \a level.
std::optional<double> crossing(const EdgeSpectrum& spectrum, const EdgeSharpness& sharpness, double level,
                               std::size_t from) {
    const auto& table = sharpness.response;
    std::size_t i = from + 1;
    while (i < table.size() && static_cast<double>(table[i]) > level)
        ++i;
    if (i >= table.size()) return std::nullopt;
    double low = static_cast<double>(i - 1) * frequencyStep;
    double high = static_cast<double>(i) * frequencyStep;
    for (int round = 0; round < 24; ++round) {
        const double middle = (low + high) / 2;
        (spectrum.response(middle) > level ? low : high) = middle;
    }
    return (low + high) / 2;
}

void describe(const FittedEdge& edge, EdgeSharpness& sharpness) {
    const auto& model = edge.model;
    const double slope = edge.line.steep ? edge.line.slope : -edge.line.slope;
    sharpness.angleDegrees = std::atan(slope) * 180 / std::numbers::pi;
    const double end = edge.halfLength * edge.line.cosine();
    sharpness.bendPixels = edge.line.bend * end * end * edge.line.cosine();
    sharpness.darkLight = std::min(model.low, model.high);
    sharpness.brightLight = std::max(model.low, model.high);
    sharpness.noise = std::sqrt((edge.noise.low + edge.noise.high) / 2) / std::abs(model.step());
}

/// Fills in what the response says. Nothing: it never falls to one half.
bool judgeResponse(const EdgeSpectrum& spectrum, const EdgeScatter& scatter, EdgeSharpness& sharpness) {
    auto& table = sharpness.response;
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<float>(spectrum.response(static_cast<double>(i) * frequencyStep));
    const auto peak = std::max_element(table.begin(), table.end());
    const auto height = static_cast<double>(*peak);
    const auto mtf50 = crossing(spectrum, sharpness, 0.5, 0);
    const auto mtf50p =
        crossing(spectrum, sharpness, height / 2, static_cast<std::size_t>(peak - table.begin()));
    if (!mtf50 || !mtf50p) return false;
    sharpness.mtf50 = *mtf50;
    sharpness.mtf50p = *mtf50p;
    sharpness.mtfHalfNyquist = spectrum.response(0.25);
    sharpness.oversharpening = std::max(0.0, height - 1);
    const double little = *mtf50 / 100;
    const double fall = spectrum.response(*mtf50 - little) - spectrum.response(*mtf50 + little);
    sharpness.mtf50Uncertainty = spectrum.uncertainty(*mtf50, scatter) * 2 * little / std::max(fall, 1e-4);
    return true;
}

} // namespace

Result<EdgeSharpness> measureEdge(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place) {
    const auto edge = fitEdge(picture, curve, place);
    if (!edge) return passOn(edge);
    const auto& model = edge->model;
    const auto [first, count] = nearBins(edge->profile, model);
    const EdgeScatter scatter(edge->strip, edge->line, edge->halfLength, edge->profile, model, first, count);
    if (const double shift = scatter.worstShift(); shift > mostShift + shiftPerSigma * model.sigma)
        return edgeRefused("EDGE_DISTURBED",
                           fmt::format("part of it lies {:.1f} pixels off the line", shift));
    if (scatter.worstLevel() > mostLevelError)
        return edgeRefused("EDGE_DISTURBED",
                           fmt::format("the light beside part of it is off by {:.0f} % of the step",
                                       100 * scatter.worstLevel()));
    const EdgeSpectrum spectrum(edge->profile, first, count, model, edge->noise, scatter);
    EdgeSharpness sharpness;
    if (!judgeResponse(spectrum, scatter, sharpness))
        return edgeRefused(
            "EDGE_TOO_SHARP",
            "its response does not fall to one half within 1 cycle/pixel: no camera's picture");
    describe(*edge, sharpness);
    return sharpness;
}

} // namespace framegate::imaging
