// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_fit.h"

#include "imaging/edge_line.h"

#include <fmt/format.h>

namespace framegate::imaging {
namespace {

constexpr double shortest = 16;      ///< pixels of an edge between what its corners disturb
constexpr double farthest = 64;      ///< pixels each way
constexpr double near = 32;          ///< pixels each way, looked at first
constexpr double leastEdgeReach = 8; ///< pixels
constexpr double leastStep = 0.02;   ///< of the range of light
constexpr double mostNoise = 0.5;    ///< of a pixel, as a share of the step
constexpr double mostClipped = 0.02; ///< of the pixels
constexpr double leastFilling = 0.7; ///< of the strip that lies in the picture
constexpr double mostUneven = 0.1;   ///< of the step, beside the edge
constexpr double binsPerSigma = 8;

Failure wrongPlace(std::string why) {
    return failure(ErrorKind::InvalidInput, "EDGE_PLACE", "edge: " + why);
}

std::string text(const EdgePlace& place) {
    return fmt::format("from {:.1f}, {:.1f} to {:.1f}, {:.1f}", place.start.x, place.start.y, place.end.x,
                       place.end.y);
}

Result<> checkPlace(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place) {
    const bool known = picture.bits == 8 || picture.bits == 16;
    if (!known || picture.pixels == nullptr || curve.levels() != std::size_t{picture.highestLevel()} + 1)
        return wrongPlace("the tone curve does not belong to a picture of that depth");
    const auto inside = [&](PicturePoint point) {
        return point.x >= 0 && point.y >= 0 && point.x < picture.size.width && point.y < picture.size.height;
    };
    if (!inside(place.start) || !inside(place.end)) // also refuses what is no number
        return wrongPlace(
            fmt::format("{} does not lie in a picture of {}", text(place), picture.size.text()));
    if (!(place.reach >= leastEdgeReach))
        return wrongPlace(
            fmt::format("{:.1f} pixels beside it are too few, {} are needed", place.reach, leastEdgeReach));
    const double length = std::hypot(place.end.x - place.start.x, place.end.y - place.start.y);
    if (length < shortest)
        return edgeRefused("EDGE_SHORT",
                           fmt::format("{:.1f} pixels long, at least {} are needed", length, shortest));
    return {};
}

/// The part of the edge that its corners do not disturb, each way from its middle.
double usableHalfLength(const EdgeLine& line, double sigma) {
    return line.halfLength - 4.5 * sigma - 2;
}

double binWidthFor(double sigma) {
    return std::clamp(sigma / binsPerSigma, 1.0 / 16, 0.5);
}

double halfWidthFor(double sigma, double reach) {
    return std::min(reach, std::max(12.0, 10 * sigma + 4));
}

struct Start {
    EdgeLine line;
    EdgeModel model;
};

Failure alike() {
    return edgeRefused("EDGE_CONTRAST", "both sides are alike");
}

/// Line and model from a few of the rows, good enough for the fit to go on from.
Result<Start> findEdge(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place,
                       double width) {
    Start start{EdgeLine::through(place), {}};
    const int every = std::max(1, static_cast<int>(start.line.halfLength / 24));
    const auto strip = EdgeStrip::cut(picture, curve, start.line, width + 8, every);
    for (int round = 0; round < 2; ++round) {
        const EdgeProfile profile(strip, start.line, width, start.line.halfLength * 0.8, 0.5);
        const auto rough = roughModel(profile);
        if (!rough) return alike();
        if (std::abs(rough->step()) < leastStep)
            return edgeRefused("EDGE_CONTRAST", fmt::format("a step of {:.1f} % of the range of light, at "
                                                            "least {:.0f} % are needed",
                                                            100 * std::abs(rough->step()), 100 * leastStep));
        start.line = roughLine(strip, start.line, width, *rough);
        start.model = *rough;
        start.model.centre = 0;
    }
    return start;
}

Failure blurred(double reach) {
    return edgeRefused("EDGE_BLURRED",
                       fmt::format("its blur does not fit into {:.0f} pixels on each side", reach));
}

Failure tooShort(const EdgeModel& model) {
    return edgeRefused(
        "EDGE_SHORT",
        fmt::format("with a blur of {:.1f} pixels too little is left between its corners", model.sigma));
}

/// Fits model and line in turn, to the pixels up to \a width beside the edge.
Result<FittedEdge> fitWithin(const GreyView& picture, const ToneCurve& curve, const Start& start,
                             double width) {
    constexpr int rounds = 2;
    auto line = start.line;
    auto model = start.model;
    EdgeNoise noise;
    auto strip = EdgeStrip::cut(picture, curve, line, halfWidthFor(1.3 * model.sigma, width) + 2);
    for (int round = 0;; ++round) {
        const double halfLength = usableHalfLength(line, model.sigma);
        if (halfLength < shortest / 2) return tooShort(model);
        EdgeProfile profile(strip, line, halfWidthFor(model.sigma, width), halfLength,
                            binWidthFor(model.sigma));
        const auto fit = fitModel(profile, model, noise);
        if (!fit) return blurred(width);
        model = *fit;
        noise = profile.noise(model, plateauStart(model.sigma));
        if (round == rounds)
            return FittedEdge{line, std::move(strip), std::move(profile), model, noise, halfLength};
        line = refinedLine(strip, line, model, halfLength);
        model.centre = 0;
    }
}

Result<> checkFit(const FittedEdge& edge) {
    const double away = plateauStart(edge.model.sigma);
    if (edge.strip.clippedShare() > mostClipped)
        return edgeRefused("EDGE_CLIPPED", fmt::format("{:.0f} % of its pixels are at the end of the range",
                                                       100 * edge.strip.clippedShare()));
    if (edge.profile.filling() < leastFilling)
        return wrongPlace(
            fmt::format("only {:.0f} % of it lies in the picture", 100 * edge.profile.filling()));
    const double noise = std::sqrt(std::max(edge.noise.low, edge.noise.high)) / std::abs(edge.model.step());
    const double uneven = edge.profile.unevenness(edge.model, away);
    if (uneven > mostUneven)
        return edgeRefused("EDGE_DISTURBED",
                           fmt::format("the light beside it varies by {:.0f} % of the step", 100 * uneven));
    if (std::abs(edge.model.step()) < leastStep || noise > mostNoise)
        return edgeRefused(
            "EDGE_CONTRAST",
            fmt::format("a step of {:.1f} % of the range of light, with noise of {:.0f} % of it",
                        100 * std::abs(edge.model.step()), 100 * noise));
    if (!edge.profile.covers(std::min(6.0, edge.profile.halfWidth() - 1)))
        return edgeRefused(
            "EDGE_ANGLE",
            fmt::format("at a slope of {:.4f} its pixels do not fall between whole pixels; turn "
                        "it by 2 to 12 degrees against the pixel grid",
                        edge.line.slope));
    return {};
}

} // namespace

Failure edgeRefused(const char* code, std::string why) {
    return failure(ErrorKind::Module, code, "edge: " + std::move(why));
}

Result<FittedEdge> fitEdge(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place) {
    if (const auto checked = checkPlace(picture, curve, place); !checked) return passOn(checked);
    const double reach = std::min(place.reach, farthest);
    const auto start = findEdge(picture, curve, place, std::min(reach, near));
    if (!start) return passOn(start);
    auto edge = fitWithin(picture, curve, *start, std::min(reach, near));
    if (!edge && edge.error().code == "EDGE_BLURRED" && reach > near)
        edge = fitWithin(picture, curve, *start, reach);
    if (!edge) return edge;
    if (const auto checked = checkFit(*edge); !checked) return passOn(checked);
    return edge;
}

} // namespace framegate::imaging
