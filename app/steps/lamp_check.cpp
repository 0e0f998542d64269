// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/lamp_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace framegate {
namespace {

// Where the readings of the fall-off are taken, from the picture's middle: on the chart in picture widths, on
// the diffuser in shares of the side.
constexpr double chartAcross = 0.35;
constexpr double chartDown = 0.25;
constexpr double fieldPlace = 0.45;

/// The light on the chart, in %, as far as two witnesses agree. With less light the unit's control exposes
/// for longer, and the picture, for that exposure, is darker. A control that errs alone, or a picture that is
/// dark alone, is the unit's. Without a grey that could be measured there is only the one.
double lampLight(const NominalLight& nominal, const ExposureSeen& exposure, std::optional<double> grey) {
    const double wanted = std::log2(exposure.lines * exposure.gain / nominal.exposure);
    if (!grey) return 100 * std::exp2(-wanted);
    const double level = std::log2(imaging::srgbLight(*grey) / imaging::srgbLight(nominal.grey));
    const double shown = level - wanted;
    if (shown * wanted >= 0) return 100;
    const double agreed = std::min(std::abs(shown), std::abs(wanted));
    return 100 * std::exp2(shown < 0 ? -agreed : agreed);
}

void addLevels(const ReadingAdder& add, const LightSeen& seen, const std::optional<NominalLight>& nominal) {
    if (seen.exposure) {
        add("exposure_lines", seen.exposure->lines, "{line}");
        add("exposure_gain", seen.exposure->gain, "1");
        if (nominal && seen.exposure->lines > 0)
            add("lamp_light", lampLight(*nominal, *seen.exposure, seen.grey), "%");
    }
    if (seen.unlitWhole && seen.chartWhole && *seen.chartWhole > 0)
        add("ambient_light", 100 * (*seen.unlitWhole - seen.darkWhole) / *seen.chartWhole, "%");
}

/// What the unit does to light and colour it does to chart and diffuser alike.
void addRatios(const ReadingAdder& add, const LightSeen& seen) {
    if (!seen.onChart || !seen.onDiffuser) return;
    const auto& chart = *seen.onChart;
    const auto& field = *seen.onDiffuser;
    add("diffuser_light", 100 * field[1] / chart[1], "%");
    add("lamp_colour_red", field[0] / field[1] / (chart[0] / chart[1]), "1");
    add("lamp_colour_blue", field[2] / field[1] / (chart[2] / chart[1]), "1");
}

void addSlopes(const ReadingAdder& add, const LightSeen& seen, Resolution size) {
    if (!seen.chart || !seen.field) return;
    const double down = chartDown * size.width / (fieldPlace * size.height);
    add("lamp_left_right", (*seen.chart)[0] - chartAcross / fieldPlace * (*seen.field)[0], "%");
    add("lamp_top_bottom", (*seen.chart)[1] - down * (*seen.field)[1], "%");
}

const std::map<std::string_view, LightFault>& lightFaults() {
    static const LightFault level = {
        "LIGHT_LEVEL",
        "the chart's lamp is darker or brighter than the plan's [light] says: clean it, set it anew "
        "or replace it, and look whether something shades the chart"};
    static const LightFault uneven = {
        "LIGHT_UNEVEN", "chart or diffuser is lit from one side: look at their lamps and at what shades them",
        true};
    static const LightFault colour = {
        "LIGHT_COLOUR", "the lamps of chart and diffuser are no longer of one colour: replace the one "
                        "that has changed"};
    static const LightFault diffuser = {"LIGHT_DIFFUSER",
                                        "the lamps of diffuser and chart are no longer as bright against "
                                        "each other as they should be: set the one "
                                        "that has changed anew"};
    static const LightFault ambient = {
        "LIGHT_AMBIENT",
        "with all lamps off the chart is not dark: close the cover, keep daylight and room light "
        "out, and look whether the lamp really goes off"};
    static const std::map<std::string_view, LightFault> all = {
        {"lamp_light", level},       {"lamp_left_right", uneven},  {"lamp_top_bottom", uneven},
        {"lamp_colour_red", colour}, {"lamp_colour_blue", colour}, {"diffuser_light", diffuser},
        {"ambient_light", ambient},
    };
    return all;
}

} // namespace

std::vector<Reading> lightReadings(const LightSeen& seen, const std::optional<NominalLight>& nominal,
                                   Resolution size) {
    std::vector<Reading> readings;
    const ReadingAdder add(readings, size);
    addLevels(add, seen, nominal);
    addRatios(add, seen);
    addSlopes(add, seen, size);
    return readings;
}

std::vector<std::string_view> lightReadingNames() {
    return {"exposure_lines",  "exposure_gain",    "lamp_light",      "ambient_light",  "diffuser_light",
            "lamp_colour_red", "lamp_colour_blue", "lamp_left_right", "lamp_top_bottom"};
}

std::optional<LightFault> lightFaultOf(std::string_view reading) {
    const auto found = lightFaults().find(reading);
    if (found == lightFaults().end()) return std::nullopt;
    return found->second;
}

bool unevenLightExplains(std::string_view reading) {
    static constexpr std::array<std::string_view, 9> beginnings = {
        "lamp_",  "chart_light", "shading_",   "optical_centre", "exposure_", "shipping_exposure",
        "white_", "colour_",     "stray_light"};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view begins) { return reading.starts_with(begins); });
}

bool unevenLightExplainsCorners(const Measurement& lowest, double asymmetry, double leftRight,
                                double topBottom) {
    const double difference = std::min(asymmetry, 199.0) / 100; // brightest less darkest, over their mean
    const double brightest = lowest.reading.value * (2 + difference) / (2 - difference);
    const double uneven = std::min(100.0, std::abs(leftRight) + std::abs(topBottom));
    return !lowest.low || brightest >= *lowest.low * (1 - uneven / 100);
}

} // namespace framegate
