// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr unsigned repeatedRowsSeen = 5; ///< MCU rows: more than blocks without vertical detail give
constexpr double filledShareSeen = 0.025;

/// How a picture differs from most of the others.
struct Oddity {
    SceneDifference difference; ///< from the other that half of the others are nearer than
    Resolution from;
};

/// The median over the others: one odd picture makes no other odd. Of two pictures nobody knows which is.
Oddity oddityOf(const SceneSketch& sketch, const std::vector<SceneSketch>& all) {
    std::vector<Oddity> oddities;
    for (const auto& other : all)
        if (other.size != sketch.size) oddities.push_back({differenceOf(other, sketch), other.size});
    const auto middle = oddities.begin() + static_cast<std::ptrdiff_t>((oddities.size() - 1) / 2);
    std::nth_element(oddities.begin(), middle, oddities.end(), [](const Oddity& a, const Oddity& b) {
        return a.difference.levels < b.difference.levels;
    });
    return *middle;
}

std::string where(const SceneSketch& sketch, const Oddity& oddity) {
    const auto place = [](unsigned cell, unsigned cells, unsigned mcus) {
        return (2 * cell + 1) * mcus / (2 * cells);
    };
    return fmt::format("{}: {:.1f} levels from what {} shows, most near MCU column {}, row {}",
                       sketch.size.text(), oddity.difference.levels, oddity.from.text(),
                       place(oddity.difference.column, sketchColumns, sketch.mcusWide),
                       place(oddity.difference.row, sketchRows, sketch.mcusHigh));
}

/// Names what the picture is like: the signs that a decoder, an encoder or a lost code leave.
void name(StepFinding& finding, const SceneSketch& sketch, const Oddity& oddity) {
    const double mcus = double(sketch.mcusWide) * sketch.mcusHigh;
    const auto blame = [&](const char* code, const std::string& sign) {
        finding.failureCode = code;
        finding.failureDetail = where(sketch, oddity) + sign;
    };
    if (sketch.filledMcus > filledShareSeen * mcus)
        return blame("CONTENT_GREY_FILL",
                     fmt::format("; its last {} of {} MCUs are one colour", sketch.filledMcus, mcus));
    if (sketch.repeatedRows >= repeatedRowsSeen)
        return blame("CONTENT_ROWS_REPEATED", fmt::format("; its last {} of {} MCU rows repeat the one above",
                                                          sketch.repeatedRows, sketch.mcusHigh));
    if (std::abs(oddity.difference.step) >= oddity.difference.levels / 2)
        return blame("CONTENT_SEAM", fmt::format("; from MCU row {} on it is {:.1f} levels off",
                                                 oddity.difference.stepRow * sketch.mcusHigh / sketchRows,
                                                 oddity.difference.step));
    blame("CONTENT_DIFFERS", "");
}

/// The pictures of all sizes show one scene. Needs no module: only what the captures of the run left behind.
class RunContent : public Step {
public:
    std::string_view type() const override { return "run-content"; }
    std::vector<std::string_view> measures() const override { return {"content_difference"}; }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }

    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution>) const override {
        StepFinding finding;
        if (context.sketches.size() < 2) return finding;
        for (const auto& sketch : context.sketches) {
            const auto oddity = oddityOf(sketch, context.sketches);
            Reading reading{"content_difference", oddity.difference.levels, "{DN}", sketch.size};
            const auto judged = context.plan.limits.judge(reading, spec.type, 1);
            if (judged.outcome == MeasurementOutcome::Fail && finding.failureCode.empty())
                name(finding, sketch, oddity);
            finding.readings.push_back(std::move(reading));
        }
        return finding;
    }
};

} // namespace

const Step& runContentStep() {
    static const RunContent step;
    return step;
}

} // namespace framegate
