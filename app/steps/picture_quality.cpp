// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_glimpse.h"
#include "imaging/chart_measurements.h"
#include "imaging/field_measurements.h"
#include "jpeg/validator.h"
#include "steps/picture_marks.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/scene_captures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace framegate {
namespace {

using imaging::ToneCurve;
using Pictures = std::map<Scene, std::vector<PictureBytes>>;

/// What has been measured so far, and what could not be.
class Judgement {
public:
    Judgement(const TestPlan& plan, Resolution size) : plan_(plan), size_(size) {}

    /// What follows is of this scene's picture.
    void begin(Scene scene, const PictureBytes& bytes) {
        judged_.clear();
        finding_.scenes.push_back({scene, size_, bytes, {}, {}});
    }
    void add(std::vector<Reading> readings) {
        for (auto& reading : readings) {
            judged_.push_back(plan_.limits.judge(reading, "", 1));
            failed_ = failed_ || judged_.back().outcome == MeasurementOutcome::Fail;
            finding_.readings.push_back(std::move(reading));
        }
        finding_.scenes.back().remarks = remarksOf(judged_);
    }
    /// What was found in the scene's picture, once its readings were added.
    template <class Measured>
    void mark(const Measured& measured) {
        auto& shown = finding_.scenes.back();
        shown.marks = marksOf(size_, measured, judged_, std::string(sceneText(shown.scene)));
    }
    /// The unit's fault, without a limit that says so.
    void blame(std::string code, std::string detail) {
        finding_.scenes.back().remarks.push_back(detail);
        if (!finding_.failureCode.empty()) return;
        finding_.failureCode = std::move(code);
        finding_.failureDetail = std::move(detail);
    }
    /// Something that cannot be told. It does not matter for a unit that fails for what can.
    void doubt(const Error& error) {
        if (!doubt_) doubt_ = error;
    }
    /// Every measurement of these that has a limit must be there.
    void expect(const std::vector<std::string_view>& names) {
        std::vector<std::string_view> missing;
        for (const auto name : names)
            if (plan_.limits.find(name, size_) != nullptr && !has(name)) missing.push_back(name);
        if (!missing.empty())
            doubt({ErrorKind::Io, "MEASUREMENT_MISSING",
                   fmt::format(
                       "{}: {} have limits and could not be measured; look at the picture, the chart and "
                       "its light",
                       size_.text(), fmt::join(missing, ", "))});
    }
    Result<StepFinding> take() {
        if (doubt_ && !failed_ && finding_.failureCode.empty()) return Failure(*doubt_);
        return std::move(finding_);
    }

    const TestPlan& plan() const { return plan_; }
    Resolution size() const { return size_; }

private:
    bool has(std::string_view name) const {
        return std::any_of(finding_.readings.begin(), finding_.readings.end(),
                           [&](const Reading& reading) { return reading.name == name; });
    }

    const TestPlan& plan_;
    Resolution size_;
    StepFinding finding_;
    std::vector<Measurement> judged_; ///< of this scene
    bool failed_ = false;             ///< some limit
    std::optional<Error> doubt_;
};

/// Share of pixels that are white, in %: too much light for anything to be seen.
double whiteShare(const DecodedPicture& picture) {
    constexpr std::uint8_t white = 250;
    std::size_t count = 0;
    for (std::size_t i = 0; i + 2 < picture.bgr.size(); i += 3)
        count += picture.bgr[i] >= white && picture.bgr[i + 1] >= white && picture.bgr[i + 2] >= white;
    return 100 * static_cast<double>(count) / static_cast<double>(picture.size.pixels());
}

/// Where the chart cannot be measured, what is still to be seen may show why: another lens, one beside its
/// place, or hopeless overexposure. Only where that is in order nobody can tell.
void judgeWithoutChart(Judgement& judgement, const DecodedPicture& picture, const Error& why) {
    judgement.doubt(why);
    if (why.code == "CHART_MIRRORED") return judgement.blame(why.code, why.message);
    if (why.code == "CHART_OTHER") return;
    judgement.add({{"white_clipped", whiteShare(picture), "%", judgement.size()}});
    if (auto glimpse = imaging::glimpseChart(picture, *judgement.plan().chart))
        judgement.add(std::move(glimpse->readings));
}

/// A chart that lies on its side or head, as a whole or by what is to be seen of it: the module in its slot,
/// or the chart in the fixture? Only a golden unit could tell.
std::optional<Error> turnedChart(const DecodedPicture& picture, const ChartDescription& chart,
                                 const Error& why) {
    auto turned = why;
    turned.code = "CHART_ORIENTATION";
    if (why.code == "CHART_TURNED") return turned;
    if (why.code != "CHART_INCOMPLETE") return std::nullopt;
    const auto glimpse = imaging::glimpseChart(picture, chart);
    if (!glimpse || std::abs(glimpse->readings.front().value) < 45) return std::nullopt;
    turned.message =
        fmt::format("the chart is turned by {:.0f} degrees; check how chart and module lie in the "
                    "fixture, and the sensor's flip and mirror setting",
                    glimpse->readings.front().value);
    return turned;
}

ToneCurve judgeChart(Judgement& judgement, const DecodedPicture& picture) {
    auto measured = imaging::measureChart(picture, *judgement.plan().chart);
    if (!measured) {
        if (const auto turned = turnedChart(picture, *judgement.plan().chart, measured.error()))
            judgement.doubt(*turned);
        else
            judgeWithoutChart(judgement, picture, measured.error());
        return ToneCurve::srgb(8);
    }
    judgement.add(std::move(measured->readings));
    judgement.mark(*measured);
    judgement.expect(imaging::chartReadingNames());
    return std::move(measured->curve);
}

void judgeField(Judgement& judgement, const Result<imaging::FieldMeasurements>& measured,
                const std::vector<std::string_view>& names) {
    if (!measured) return judgement.doubt(measured.error());
    judgement.add(measured->readings);
    judgement.mark(*measured);
    judgement.expect(names);
}

/// Decodes a scene's pictures; what the decoder refuses is the unit's.
Result<std::vector<DecodedPicture>> decoded(Judgement& judgement, const std::vector<PictureBytes>& pictures) {
    std::vector<DecodedPicture> all;
    for (const auto& bytes : pictures) {
        auto picture = jpeg::decode(*bytes);
        if (!picture && picture.error().kind != ErrorKind::Module) return passOn(picture);
        if (!picture) {
            judgement.blame(picture.error().code, picture.error().message);
            return std::vector<DecodedPicture>{};
        }
        all.push_back(std::move(*picture));
    }
    return all;
}

Result<StepFinding> judge(const TestPlan& plan, Resolution size, const Pictures& pictures) {
    Judgement judgement(plan, size);
    auto curve = ToneCurve::srgb(8);
    // The chart is first: it gives the tone curve.
    for (const auto& [scene, bytes] : pictures) {
        judgement.begin(scene, bytes.front());
        const auto shown = decoded(judgement, bytes);
        if (!shown) return passOn(shown);
        if (shown->empty()) continue;
        if (scene == Scene::Chart)
            curve = judgeChart(judgement, shown->front());
        else if (scene == Scene::Diffuser)
            judgeField(judgement, imaging::measureField(shown->front(), shown->back(), curve),
                       imaging::fieldReadingNames());
        else
            judgeField(judgement, imaging::measureDark(shown->front()), imaging::darkReadingNames());
    }
    return judgement.take();
}

/// By how much the picture changes once automatic functions are frozen: they had not settled, or hunt.
std::optional<Reading> shippingChange(const SceneCaptures& captures, Resolution size) {
    if (captures.shipped.size() != captures.frozen.size() || captures.frozen.empty()) return std::nullopt;
    double most = 0;
    for (std::size_t i = 0; i < captures.frozen.size(); ++i)
        most = std::max(most, std::abs(captures.frozen[i] - captures.shipped[i]));
    return Reading{"shipping_change", most, "{DN}", size};
}

/// The picture of the chart, of a lit diffuser and of darkness, as the plan's `scenes` say, measured.
class PictureQuality : public Step {
public:
    std::string_view type() const override { return "picture-quality"; }

    std::vector<std::string_view> measures() const override {
        std::vector<std::string_view> names = {"register_mismatches", "register_writes", "i2c_nacks",
                                               "link_errors", "shipping_change"};
        for (const auto& more :
             {imaging::chartReadingNames(), imaging::fieldReadingNames(), imaging::darkReadingNames()})
            names.insert(names.end(), more.begin(), more.end());
        return names;
    }

    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        const auto wrong = [](std::string message) {
            return failure(ErrorKind::InvalidInput, "PLAN_STEP",
                           "step picture-quality: " + std::move(message));
        };
        if (spec.resolutions.empty()) return wrong("names no resolutions");
        if (spec.scenes.empty()) return wrong("names no scenes");
        const bool chart =
            std::find(spec.scenes.begin(), spec.scenes.end(), Scene::Chart) != spec.scenes.end();
        if (chart && !plan.chart) return wrong("the plan names no chart");
        return {};
    }

    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution> resolution) const override {
        const Resolution size = resolution.value();
        auto captures = captureScenes(context, spec.scenes, size);
        if (!captures) return passOn(captures);
        StepFinding finding;
        addRegisterReadings(finding.readings, captures->change, size);
        finding.readings.push_back(countReading("link_errors", captures->linkErrors, "transfer", size));
        if (auto change = shippingChange(*captures, size)) finding.readings.push_back(std::move(*change));
        if (captures->change.mismatches > 0) {
            finding.failureCode = "REGISTER_READBACK";
            finding.failureDetail =
                fmt::format("{}: {} registers do not read back as written, first {}", size.text(),
                            captures->change.mismatches, captures->change.firstMismatch);
        } else if (!captures->code.empty()) {
            finding.failureCode = captures->code;
            finding.failureDetail = captures->detail;
        }
        if (captures->culprit) finding.picture = {size, captures->culprit, false};
        if (captures->pictures.empty()) return finding;
        if (const auto& chart = captures->pictures.find(Scene::Chart); chart != captures->pictures.end())
            finding.picture = {size, chart->second.front(), finding.failureCode.empty()};
        for (const auto& [scene, bytes] : captures->pictures)
            finding.scenes.push_back({scene, size, bytes.front(), {}, {}});
        finding.later = [&plan = context.plan, size, pictures = std::move(captures->pictures)] {
            return judge(plan, size, pictures);
        };
        return finding;
    }
};

} // namespace

const Step& pictureQualityStep() {
    static const PictureQuality step;
    return step;
}

} // namespace framegate
