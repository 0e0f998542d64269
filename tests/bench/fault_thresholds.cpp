// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/fault_thresholds.h"

#include "statistics/detection_threshold.h"

#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace framegate::test {
namespace {

/// A fault whose rows differ in one parameter, from which more and more units are found.
struct Severity {
    const char* fault;
    const char* key;
    const char* beside; ///< its other parameters, as a line has them
    double from;        ///< values of interest
    double to;
    bool falls = false;  ///< the less, the worse
    bool ratios = false; ///< its scale is logarithmic
    const char* unit = "";
};

const std::vector<Severity>& severities() {
    constexpr double any = 1e9;
    static const std::vector<Severity> all = {
        {"defocus", "mtf50_factor", "", 0, 1, true, false, "of MTF50 left"},
        {"tilt", "corner_factor", "", 0, 1, true, false, "of MTF50 left in one corner"},
        {"decentre", "percent", "", 0, any, false, false, "% of the width"},
        {"rotated", "deg", "", 0, 45, false, false, "°"},
        {"wrong-lens", "fov_percent", "", 0, any, false, false, "% more view"},
        {"dust", "contrast_percent", "count = 1;size_percent = 0.8", 0, any, false, true,
         "% of the light, on 0.8 % of the width"},
        {"shading", "corner_percent", "", 0, 100, true, false, "% of the centre's light"},
        {"colour-cast", "r_gain", "", 1, any, false, false, "times red, too much"},
        {"colour-cast", "r_gain", "", 0, 1, true, false, "times red, too little"},
        {"dead-pixels", "count", "", 0, any, false, true, "pixels"},
        {"hot-pixels", "count", "", 0, any, false, true, "pixels"},
        {"line-defect", "amplitude_dn", "rows = 1", 0, any, false, true, "levels in one row"},
        {"banding", "amplitude_dn", "", 0, any, false, true, "levels"},
        {"noise", "snr_db", "", 0, any, true, false, "dB"},
        {"exposure-stuck", "ev", "", 0, any, false, false, "EV"},
        {"exposure-stuck", "ev", "", -any, 0, true, false, "EV"},
    };
    return all;
}

/// The value of \a severity's parameter, where a line's parameters are that and those beside it.
std::optional<double> valueIn(const std::string& parameters, const Severity& severity) {
    const std::string key = std::string(severity.key) + " = ";
    const auto at = parameters.find(key);
    if (at == std::string::npos) return std::nullopt;
    auto rest = parameters.substr(0, at);
    const auto end = parameters.find(';', at);
    if (end != std::string::npos) return std::nullopt; // it comes last
    if (!rest.empty() && rest.back() == ';') rest.pop_back();
    if (rest != severity.beside) return std::nullopt;
    const double value = std::stod(parameters.substr(at + key.size()));
    if (value < severity.from || value > severity.to) return std::nullopt;
    return value;
}

double sizeOf(double value, const Severity& severity) {
    const double scaled = severity.ratios ? std::log(value) : value;
    return severity.falls ? -scaled : scaled;
}

double valueOf(double size, const Severity& severity) {
    const double scaled = severity.falls ? -size : size;
    return severity.ratios ? std::exp(scaled) : scaled;
}

/// All counts up to the second size at which every unit was found: what lies far beyond tells nothing more.
std::vector<DetectionCount> countsOf(const std::string& sensor, const Severity& severity,
                                     const std::map<std::string, std::vector<std::string>>& lines) {
    std::map<double, DetectionCount> bySize;
    for (const auto& [key, cells] : lines) {
        if (cells[0] != sensor || cells[1] != severity.fault) continue;
        const auto value = valueIn(cells[2], severity);
        if (!value) continue;
        auto& count = bySize[sizeOf(*value, severity)];
        count.size = sizeOf(*value, severity);
        count.units += static_cast<unsigned>(std::stoul(cells[3]));
        count.found += static_cast<unsigned>(std::stoul(cells[3]) - std::stoul(cells[6]));
    }
    std::vector<DetectionCount> counts;
    unsigned whole = 0;
    for (const auto& [size, count] : bySize) {
        counts.push_back(count);
        whole += count.found == count.units;
        if (whole == 2) break;
    }
    return counts;
}

std::string rangeText(const ThresholdRange& range, const Severity& severity) {
    const auto text = [&](double size) { return fmt::format("{:.3g}", valueOf(size, severity)); };
    if (!range.low && !range.high) return "not bounded";
    if (!range.high) return fmt::format("beyond {}", text(*range.low));
    if (!range.low) return fmt::format("not beyond {}", text(*range.high));
    if (range.best)
        return fmt::format("{} ({} to {})", text(*range.best), text(*range.low), text(*range.high));
    return fmt::format("between {} and {}", text(*range.low), text(*range.high));
}

/// From where on each fault is found, for one sensor.
std::string thresholdRows(const std::string& sensor,
                          const std::map<std::string, std::vector<std::string>>& lines) {
    std::string text;
    for (const auto& severity : severities()) {
        const auto counts = countsOf(sensor, severity, lines);
        const auto thresholds = detectionThresholds(counts);
        if (!thresholds) continue;
        std::string seen;
        for (const auto& count : counts)
            seen += fmt::format("{}{:g}: {}/{}", seen.empty() ? "" : ", ", valueOf(count.size, severity),
                                count.found, count.units);
        text +=
            fmt::format("| `{}` | `{}`, {} | {} | {} | {} |\n", severity.fault, severity.key, severity.unit,
                        rangeText(thresholds->half, severity), rangeText(thresholds->nearly, severity), seen);
    }
    return text;
}

constexpr const char* thresholdsHead =
    "| fault | parameter | half are found | 99.9 % are found | counts |\n| --- | --- | --- | --- | --- |\n";
constexpr const char* thresholdsText =
    "From the rows below and the nearest ones in the range: found = Φ((parameter - middle) / width), for "
    "counts, contrasts\n"
    "and amplitudes in their logarithm, with the 95 % interval of the profile likelihood (`app/statistics`). "
    "*Between* stands\n"
    "where the share jumps from nothing to all within one step of the parameter: a curve of any steepness "
    "fits then, and only\n"
    "the interval is known. Sixty of sixty do not show that 999 of 1000 are found; the interval says from "
    "where on that is so\n"
    "if readings spread normally. All this is against good units of the [assumed "
    "spread](scenarios.md#optics-array-picture) of\n"
    "the simulation (blur 5 %, field of view and place 0.4 %, rotation 0.2°, corner light 2 %, gains 1.2 %, "
    "exposure 0.05 EV,\n"
    "noise 4 %) and the shipped limits: with another spread come other limits, and other thresholds.\n"
    "\n";

} // namespace

std::string thresholdTables(const std::map<std::string, std::vector<std::string>>& lines) {
    std::string text;
    for (const std::string sensor : {"ov2640", "ov5642"})
        if (const auto rows = thresholdRows(sensor, lines); !rows.empty())
            text += fmt::format("\n## {} thresholds\n\n{}{}{}", sensor, text.empty() ? thresholdsText : "",
                                thresholdsHead, rows);
    return text;
}

} // namespace framegate::test
