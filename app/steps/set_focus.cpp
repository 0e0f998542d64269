// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/focus_figure.h"
#include "jpeg/validator.h"
#include "steps/focus_search.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/scene_lights.h"
#include "steps/settling.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace framegate {
namespace {

constexpr unsigned finalLooks = 3; ///< whose mean is the figure of the lens as it was left

/// The module gave no picture to look at.
void blame(StepFinding& finding, const TestPlan& plan, JudgedFrame& judged, Resolution size) {
    const bool none = !judged.moduleCode.empty();
    finding.failureCode = none ? judged.moduleCode : judged.verdict.code;
    finding.failureDetail =
        none ? judged.moduleDetail : fmt::format("{}: {}", size.text(), judged.verdict.detail);
    if (!none) finding.picture = {size, takePicture(plan, judged), false};
    finding.ends = true;
}

/// A lens being set: looks, and what they come to. Serves one run of the step.
class FocusSession {
public:
    FocusSession(StepContext& context, const StepSpec& spec, Resolution size)
        : context_(context),
          size_(size),
          begin_(clock().now()),
          limit_(Deadline::after(clock(), spec.focusLimit)),
          limitText_(fmt::format("{} s", spec.focusLimit.count())) {}

    /// Looks until the lens stands right. Errors: NotAvailable `FOCUS_NOT_SET`; those of looking.
    Result<> set(StepFinding& finding) {
        bool done = false;
        while (!done && finding.failureCode.empty()) {
            if (limit_.passed(clock())) return notSet();
            auto figure = look(finding);
            if (!figure) return passOn(figure);
            if (!*figure) continue;
            const auto answer = context_.turnLens ? context_.turnLens(adviceFor(**figure), context_.stop)
                                                  : Result<bool>(false);
            if (!answer) return passOn(answer);
            done = search_.locked() || (*answer && search_.passed());
        }
        return {};
    }

    /// The lens as it was left.
    Result<> measure(StepFinding& finding) {
        imaging::FocusFigure sum;
        for (unsigned i = 0; i < finalLooks && finding.failureCode.empty(); ++i) {
            const auto figure = look(finding);
            if (!figure) return passOn(figure);
            if (finding.failureCode.empty() && !*figure) return Failure(*unseen_);
            if (*figure) add(sum, **figure);
        }
        if (finding.failureCode.empty()) report(finding, sum);
        return {};
    }

private:
    Clock& clock() { return context_.camera.clock(); }

    /// None where nothing is to be seen: a hand may be in the way, for a while.
    Result<std::optional<imaging::FocusFigure>> look(StepFinding& finding) {
        auto judged = takeFrame(context_, size_, linkErrors_);
        if (!judged) return passOn(judged);
        if (!judged->valid()) {
            blame(finding, context_.plan, *judged, size_);
            return std::optional<imaging::FocusFigure>{};
        }
        const auto picture = jpeg::decode(*takePicture(context_.plan, *judged));
        if (!picture && picture.error().kind != ErrorKind::Module) return passOn(picture);
        if (!picture) {
            finding.failureCode = picture.error().code;
            finding.failureDetail = picture.error().message;
            return std::optional<imaging::FocusFigure>{};
        }
        auto figure = imaging::focusFigure(*picture, *context_.plan.chart);
        if (figure) return std::optional(*figure);
        if (figure.error().code != "FOCUS_NO_CHART") return passOn(figure);
        unseen_ = figure.error();
        return std::optional<imaging::FocusFigure>{};
    }

    FocusLook adviceFor(const imaging::FocusFigure& figure) {
        FocusLook look;
        look.advice = search_.add(figure.whole);
        look.figure = figure.whole;
        look.peak = search_.peak();
        look.centre = figure.centre;
        look.corners = figure.corners;
        look.looks = search_.looks();
        look.held = search_.held();
        return look;
    }

    Failure notSet() const {
        if (search_.looks() == 0 && unseen_) return Failure(*unseen_);
        const char* what = !search_.changed()
                               ? "the picture never became sharper or softer: nobody turned the lens"
                           : search_.passed() ? "the lens was not left at the peak"
                                              : "the lens was never turned past a peak";
        return failure(
            ErrorKind::NotAvailable, "FOCUS_NOT_SET",
            fmt::format("setting the focus: {} within {}; set it and test the unit again", what, limitText_));
    }

    static void add(imaging::FocusFigure& sum, const imaging::FocusFigure& figure) {
        sum.whole += figure.whole / finalLooks;
        sum.centre += figure.centre / finalLooks;
        for (std::size_t i = 0; i < sum.corners.size(); ++i)
            sum.corners[i] += figure.corners[i] / finalLooks;
    }

    void report(StepFinding& finding, const imaging::FocusFigure& left) {
        const double peak = std::max(search_.peak(), left.whole);
        const auto add = [&](const char* name, double value, const char* unit) {
            finding.readings.push_back({name, value, unit, size_});
        };
        add("focus_figure", left.whole, "/{px}");
        add("focus_centre", left.centre, "/{px}");
        add("focus_corner_lowest", *std::min_element(left.corners.begin(), left.corners.end()), "/{px}");
        add("focus_peak", peak, "/{px}");
        add("focus_below_peak", 100 * (1 - left.whole / peak), "%");
        finding.readings.push_back(countReading("focus_looks", search_.looks(), "frame", size_));
        finding.readings.push_back(timeReading("focus_time", clock().now() - begin_, size_));
        finding.readings.push_back(countReading("link_errors", linkErrors_, "transfer", size_));
    }

    StepContext& context_;
    Resolution size_;
    ClockTime begin_;
    Deadline limit_;
    std::string limitText_;
    FocusSearch search_;
    std::optional<Error> unseen_; ///< why nothing was to be seen, the last time
    unsigned linkErrors_ = 0;
};

/// Sets the size; automatic functions settle before they are frozen. Unsteady is good enough here.
Result<> settleOnChart(StepContext& context, Resolution size, StepFinding& finding, SizeChange& change) {
    if (auto shown = showScene(context, Scene::Chart); !shown) return shown;
    const auto set = context.camera.setSize(size, context.deadline, context.stop);
    if (!set) return passOn(set);
    change.add(*set);
    auto settling = settle(context, size);
    if (!settling) return passOn(settling);
    if (!settling->last.valid()) blame(finding, context.plan, settling->last, size);
    return {};
}

Result<> freeze(StepContext& context, bool frozen, SizeChange& change) {
    const auto changed = context.camera.freezeAutomatic(frozen, context.deadline, context.stop);
    if (!changed) return passOn(changed);
    change.add(*changed);
    return {};
}

Result<> setLens(StepContext& context, const StepSpec& spec, Resolution size, StepFinding& finding) {
    FocusSession session(context, spec, size);
    if (auto set = session.set(finding); !set) return set;
    return finding.failureCode.empty() ? session.measure(finding) : Result<>{};
}

/// Somebody turns the lens while pictures say how it stands; then it is measured as it was left.
class SetFocus : public Step {
public:
    std::string_view type() const override { return "set-focus"; }

    std::vector<std::string_view> measures() const override {
        return {"register_mismatches", "register_writes", "i2c_nacks",           "link_errors",
                "focus_figure",        "focus_centre",    "focus_corner_lowest", "focus_peak",
                "focus_below_peak",    "focus_looks",     "focus_time"};
    }

    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        const auto wrong = [](std::string message) {
            return failure(ErrorKind::InvalidInput, "PLAN_STEP", "step set-focus: " + std::move(message));
        };
        if (spec.resolutions.size() != 1) return wrong("needs exactly one of resolutions");
        if (!plan.chart) return wrong("the plan names no chart");
        if (spec.focusLimit >= plan.unitTimeLimit)
            return wrong("focus_limit_s is not below unit_time_limit_s");
        return {};
    }

    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution> resolution) const override {
        const Resolution size = resolution.value();
        StepFinding finding;
        SizeChange change;
        if (auto settled = settleOnChart(context, size, finding, change); !settled) return passOn(settled);
        if (!finding.failureCode.empty()) return finding;
        const auto frozen = freeze(context, true, change);
        const auto set = frozen ? setLens(context, spec, size, finding) : frozen;
        const auto released = freeze(context, false, change); // whatever came; the first error counts
        for (const auto* result : {&set, &released})
            if (!*result) return passOn(*result);
        addRegisterReadings(finding.readings, change, size);
        return finding;
    }
};

} // namespace

const Step& setFocusStep() {
    static const SetFocus step;
    return step;
}

} // namespace framegate
