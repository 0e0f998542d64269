// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_measurements.h"

#include "imaging/colour_difference.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr double darkReflectance = 0.04; // of the one that noise in the shadows is read from
constexpr double clippedLevel = 250;
constexpr double darkLevel = 8;
constexpr std::array<double, 2> neutralRange = {0.1, 0.5}; // reflectances that white balance is read from

using Patches = std::vector<const PatchColour*>;

/// Those of one kind that have pixels.
Patches measured(const std::vector<PatchColour>& patches, bool grey) {
    Patches picked;
    for (const auto& patch : patches)
        if (patch.grey == grey && patch.pixels > 0) picked.push_back(&patch);
    return picked;
}

const PatchColour* nearest(const Patches& greys, double reflectance) {
    const auto off = [&](const PatchColour* patch) { return std::abs(patch->reference[1] - reflectance); };
    const auto found =
        std::min_element(greys.begin(), greys.end(), [&](auto* a, auto* b) { return off(a) < off(b); });
    return found == greys.end() ? nullptr : *found;
}

void addExposure(const ReadingAdder& add, const Patches& greys) {
    const auto* grey = nearest(greys, greyReflectance);
    const auto* white = nearest(greys, 1);
    if (grey == nullptr) return;
    add("exposure_grey", grey->luma(), "{DN}");
    add("white_clipped", 100 * white->clipped, "%");
    add("noise_grey", grey->noise, "{DN}");
    add("noise_dark", nearest(greys, darkReflectance)->noise, "{DN}");
    if (grey->noise > 0) add("snr_grey", 20 * std::log10(grey->luma() / grey->noise), "dB");
}

/// The slope of the logarithms, over greys that are neither black nor clipped.
void addTone(const ReadingAdder& add, const Patches& greys) {
    std::vector<std::pair<double, double>> points;
    for (const auto* grey : greys)
        if (grey->luma() > darkLevel && grey->luma() < clippedLevel)
            points.emplace_back(std::log(grey->reference[1] * grey->place), std::log(grey->luma() / 255));
    if (points.size() >= 3) {
        double x = 0, y = 0, xx = 0, xy = 0;
        for (const auto& [u, v] : points)
            x += u, y += v, xx += u * u, xy += u * v;
        const auto n = static_cast<double>(points.size());
        add("tone_gamma", (n * xy - x * y) / (n * xx - x * x), "1");
    }
    if (greys.size() < 2) return;
    auto falling = greys;
    std::sort(falling.begin(), falling.end(),
              [](auto* a, auto* b) { return a->reference[1] > b->reference[1]; });
    double smallest = 255;
    for (std::size_t i = 1; i < falling.size(); ++i)
        smallest = std::min(smallest, falling[i - 1]->luma() - falling[i]->luma());
    add("tone_smallest_step", smallest, "{DN}");
}

void addWhiteBalance(const ReadingAdder& add, const Patches& greys) {
    double red = 0;
    double blue = 0;
    double chroma = 0;
    int counted = 0;
    for (const auto* grey : greys) {
        const double reflectance = grey->reference[1];
        if (reflectance < neutralRange[0] || reflectance > neutralRange[1] || grey->clipped > 0.05) continue;
        const auto light = grey->light();
        if (light[1] <= 0) continue;
        red += light[0] / light[1];
        blue += light[2] / light[1];
        const double scale = reflectance / light[1];
        chroma += labOf({scale * light[0], reflectance, scale * light[2]}).chroma();
        ++counted;
    }
    if (counted == 0) return;
    add("white_balance_red", red / counted, "1");
    add("white_balance_blue", blue / counted, "1");
    add("grey_chroma", chroma / counted, "1");
}

/// Colours are compared as if the grey had come out at its own lightness: exposure is judged apart.
void addColours(const ReadingAdder& add, const std::vector<PatchColour>& patches, const Patches& greys) {
    const auto* grey = nearest(greys, greyReflectance);
    const auto colours = measured(patches, false);
    if (grey == nullptr || colours.empty() || grey->light()[1] <= 0) return;
    const double scale = grey->reference[1] / grey->light()[1];
    double sum = 0;
    double worst = 0;
    for (const auto* colour : colours) {
        auto light = colour->light();
        for (auto& channel : light)
            channel *= scale;
        const double off = deltaE00(labOf(colour->reference), labOf(light));
        sum += off;
        worst = std::max(worst, off);
    }
    add("colour_difference_mean", sum / double(colours.size()), "1");
    add("colour_difference_max", worst, "1");
}

/// What twins, which are alike on the chart, differ in: the light, or the lens, from one side to the other.
void addGradient(const ReadingAdder& add, const LightSurface& light) {
    const double right = 1 + light.terms[1] * 0.35 + light.terms[3] * 0.35 * 0.35;
    const double left = 1 - light.terms[1] * 0.35 + light.terms[3] * 0.35 * 0.35;
    add("chart_light_left_right", 200 * (left - right) / (left + right), "%");
    const double down = 1 + light.terms[2] * 0.25 + light.terms[5] * 0.25 * 0.25;
    const double up = 1 - light.terms[2] * 0.25 + light.terms[5] * 0.25 * 0.25;
    add("chart_light_top_bottom", 200 * (up - down) / (up + down), "%");
    add("chart_light_level", light.level, "{DN}");
}

/// What the lens spreads over the picture: the trap against the white, beyond what the chart itself has. Read
/// by the sRGB curve: one measured on the grey patches would hold the stray light already.
std::vector<Reading> strayLight(const ChartMeasurements& all, const DecodedPicture& picture,
                                const ChartDescription& chart) {
    std::vector<Reading> readings;
    const auto* white = nearest(measured(all.patches, true), 1);
    const auto trap = trapLuma(picture, all.found, chart);
    if (white == nullptr || !trap || white->clipped > 0.05) return readings;
    const double light = srgbLight(*trap) / all.light.at(chart.trap.centre, chart.height);
    const double whole = srgbLight(white->luma()) / white->place;
    ReadingAdder(readings, picture.size)(
        "stray_light", 100 * (light / whole - chart.trap.reflectance / white->reference[1]), "%");
    return readings;
}

} // namespace

std::vector<std::string_view> patchReadingNames() {
    return {"exposure_grey",
            "white_clipped",
            "noise_grey",
            "noise_dark",
            "snr_grey",
            "tone_gamma",
            "tone_smallest_step",
            "white_balance_red",
            "white_balance_blue",
            "grey_chroma",
            "colour_difference_mean",
            "colour_difference_max",
            "chart_light_left_right",
            "chart_light_top_bottom",
            "chart_light_level"};
}

std::vector<Reading> patchReadings(const std::vector<PatchColour>& patches, const LightSurface& light,
                                   Resolution size) {
    std::vector<Reading> readings;
    const ReadingAdder add(readings, size);
    const auto greys = measured(patches, true);
    addExposure(add, greys);
    addTone(add, greys);
    addWhiteBalance(add, greys);
    addColours(add, patches, greys);
    addGradient(add, light);
    return readings;
}

Result<ChartMeasurements> measureChart(const DecodedPicture& picture, const ChartDescription& chart) {
    if (picture.bgr.size() != 3 * picture.size.pixels())
        return failure(ErrorKind::Io, "CHART_NOT_FOUND", "measuring the chart: the picture is empty");
    const auto luma = greyOf(picture);
    auto found = findChart(luma, chart);
    if (!found) return passOn(found);
    const auto light = backgroundLight(picture, *found, chart);
    if (!light)
        return failure(
            ErrorKind::Io, "CHART_UNEVEN",
            "measuring the chart: its background is not to be seen, or not lit evenly enough to be "
            "described; check the light and what is in front of the chart");
    ChartMeasurements all{std::move(*found), *light, {}, {}, ToneCurve::srgb(8), {}};
    all.patches = patchColours(picture, all.found, chart, all.light);
    all.curve = toneCurveOf(all.patches);
    all.edges = measureEdges(picture, luma.view(), all.found, chart, all.curve);
    all.readings = geometryReadings(all.found, chart);
    const auto append = [&](std::vector<Reading>&& more) {
        all.readings.insert(all.readings.end(), more.begin(), more.end());
    };
    append(sharpnessReadings(all.edges, picture.size));
    append(patchReadings(all.patches, all.light, picture.size));
    append(strayLight(all, picture, chart));
    return all;
}

std::vector<std::string_view> chartReadingNames() {
    auto names = geometryReadingNames();
    for (const auto& more : {sharpnessReadingNames(), patchReadingNames()})
        names.insert(names.end(), more.begin(), more.end());
    names.push_back("stray_light");
    return names;
}

} // namespace framegate::imaging
