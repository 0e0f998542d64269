// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_glimpse.h"
#include "imaging/chart_measurements.h"
#include "imaging/field_measurements.h"
#include "jpeg/validator.h"
#include "steps/lamp_check.h"
#include "steps/picture_marks.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/scene_captures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <utility>

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
        inScene_ = true;
        finding_.scenes.push_back({scene, size_, bytes, {}, {}});
    }
    /// What follows comes from several pictures.
    void leaveScenes() { inScene_ = false; }
    void add(std::vector<Reading> readings) {
        for (auto& reading : readings) {
            judged_.push_back(plan_.limits.judge(reading, "", 1));
            look(judged_.back());
            finding_.readings.push_back(std::move(reading));
        }
        if (inScene_) finding_.scenes.back().remarks = remarksOf(judged_);
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
    std::optional<double> find(std::string_view name) const {
        for (const auto& reading : finding_.readings)
            if (reading.name == name) return reading.value;
        return std::nullopt;
    }
    Result<StepFinding> take() {
        blameLight();
        if (doubt_ && !failed_ && finding_.failureCode.empty()) return Failure(*doubt_);
        return std::move(finding_);
    }

    const TestPlan& plan() const { return plan_; }
    Resolution size() const { return size_; }

private:
    bool has(std::string_view name) const { return find(name).has_value(); }

    void look(const Measurement& measured) {
        if (measured.outcome != MeasurementOutcome::Fail) return;
        failed_ = true;
        const auto& name = measured.reading.name;
        if (measured.blames == Blames::Unit) {
            beyondLight_ = beyondLight_ || !unevenLightExplains(name);
            if (name == "shading_corner_lowest") darkCorner_ = measured;
        } else if (const auto fault = lightFaultOf(name))
            light_.emplace_back(*fault, measured.reading);
    }
    bool cornersBeyondLight() const {
        const auto asymmetry = find("shading_asymmetry");
        return darkCorner_ && asymmetry &&
               !unevenLightExplainsCorners(*darkCorner_, *asymmetry, find("lamp_left_right").value_or(0),
                                           find("lamp_top_bottom").value_or(0));
    }
    /// In bad light nobody can tell how the unit is. A unit at fault may look like uneven light.
    void blameLight() {
        const bool unitsOwn = beyondLight_ || cornersBeyondLight();
        const auto bad = std::stable_partition(light_.begin(), light_.end(), [&](const auto& seen) {
            return seen.first.explainsOnlyLight && unitsOwn;
        });
        for (auto seen = light_.begin(); seen != bad; ++seen)
            finding_.explained.push_back(seen->second.name);
        if (bad == light_.end()) return;
        const auto& [fault, reading] = *bad;
        finding_.blamesStation = true;
        finding_.failureCode = fault.code;
        finding_.failureDetail = fmt::format("{}: {} is {:.4g} {}; {}", size_.text(), reading.name,
                                             reading.value, reading.unit, fault.advice);
    }

    const TestPlan& plan_;
    Resolution size_;
    StepFinding finding_;
    std::vector<Measurement> judged_;                   ///< of this scene
    bool inScene_ = false;                              ///< what is added is seen in the last one's picture
    bool failed_ = false;                               ///< some limit
    bool beyondLight_ = false;                          ///< one that uneven light has nothing to do with
    std::optional<Measurement> darkCorner_;             ///< below its limit
    std::vector<std::pair<LightFault, Reading>> light_; ///< out of their limits
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

std::optional<std::array<double, 2>> pairOf(const Judgement& judgement, const char* first,
                                            const char* second) {
    const auto one = judgement.find(first);
    const auto other = judgement.find(second);
    if (!one || !other) return std::nullopt;
    return std::array<double, 2>{*one, *other};
}

/// What one scene leaves behind for the others.
struct Evidence {
    ToneCurve curve = ToneCurve::srgb(8);
    std::optional<imaging::ChartMeasurements> chart;
    LightSeen light;
};

constexpr std::array<const char*, 3> shippingNames = {"shipping_exposure", "shipping_white_balance_red",
                                                      "shipping_white_balance_blue"};

/// The chart as the module is shipped, where the frozen picture has it: nothing has moved.
void judgeShipping(Judgement& judgement, const imaging::ChartMeasurements& chart,
                   const DecodedPicture& picture) {
    const auto patches = imaging::patchColours(picture, chart.found, *judgement.plan().chart, chart.light);
    static const std::map<std::string, std::string> asShipped = {
        {"exposure_grey", shippingNames[0]},
        {"white_balance_red", shippingNames[1]},
        {"white_balance_blue", shippingNames[2]},
    };
    std::vector<Reading> readings;
    for (auto& reading : imaging::patchReadings(patches, chart.light, judgement.size()))
        if (const auto name = asShipped.find(reading.name); name != asShipped.end())
            readings.push_back({name->second, reading.value, reading.unit, reading.resolution});
    judgement.add(std::move(readings));
    judgement.expect({shippingNames.begin(), shippingNames.end()});
}

void judgeChart(Judgement& judgement, const DecodedPicture& picture, Evidence& evidence) {
    evidence.light.chartWhole = imaging::lightOfWhole(picture)[1];
    auto measured = imaging::measureChart(picture, *judgement.plan().chart);
    if (!measured) {
        if (const auto turned = turnedChart(picture, *judgement.plan().chart, measured.error()))
            judgement.doubt(*turned);
        else
            judgeWithoutChart(judgement, picture, measured.error());
        return;
    }
    judgement.add(measured->readings);
    judgement.mark(*measured);
    judgement.expect(imaging::chartReadingNames());
    evidence.curve = measured->curve;
    evidence.light.grey = judgement.find("exposure_grey");
    evidence.light.onChart = imaging::lightOnChart(*measured);
    evidence.light.chart = pairOf(judgement, "chart_light_left_right", "chart_light_top_bottom");
    evidence.chart = std::move(*measured);
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

void judgeDiffuser(Judgement& judgement, const std::vector<DecodedPicture>& shown, Evidence& evidence) {
    judgeField(judgement, imaging::measureField(shown.front(), shown.back(), evidence.curve),
               imaging::fieldReadingNames());
    evidence.light.onDiffuser = imaging::lightInMiddle(shown.front());
    evidence.light.field = pairOf(judgement, "shading_left_right", "shading_top_bottom");
}

void judgeScene(Judgement& judgement, Scene scene, const std::vector<DecodedPicture>& shown,
                Evidence& evidence) {
    switch (scene) {
    case Scene::Chart:
        return judgeChart(judgement, shown.front(), evidence);
    case Scene::Diffuser:
        return judgeDiffuser(judgement, shown, evidence);
    case Scene::Dark:
        evidence.light.darkWhole = imaging::lightOfWhole(shown.front())[1];
        return judgeField(judgement, imaging::measureDark(shown.front()), imaging::darkReadingNames());
    case Scene::Unlit:
        evidence.light.unlitWhole = imaging::lightOfWhole(shown.front())[1];
    }
}

/// What the scenes taken must tell of the light, the chart having been measured.
std::vector<std::string_view> lightNamesOf(const TestPlan& plan, const Pictures& pictures) {
    std::vector<std::string_view> names;
    if (plan.light) names.push_back("lamp_light");
    if (pictures.count(Scene::Unlit) > 0) names.push_back("ambient_light");
    if (pictures.count(Scene::Diffuser) > 0)
        names.insert(names.end(), {"diffuser_light", "lamp_colour_red", "lamp_colour_blue", "lamp_left_right",
                                   "lamp_top_bottom"});
    return names;
}

/// What is to be judged once the module is at its next step.
struct Material {
    Pictures pictures;
    PictureBytes released;
    std::optional<ExposureSeen> exposure;
};

Result<StepFinding> judge(const TestPlan& plan, Resolution size, const Material& material) {
    Judgement judgement(plan, size);
    Evidence evidence;
    evidence.light.exposure = material.exposure;
    // The chart is first: it gives the tone curve.
    for (const auto& [scene, bytes] : material.pictures) {
        judgement.begin(scene, bytes.front());
        const auto shown = decoded(judgement, bytes);
        if (!shown) return passOn(shown);
        if (!shown->empty()) judgeScene(judgement, scene, *shown, evidence);
    }
    judgement.leaveScenes();
    if (material.released && evidence.chart) {
        const auto shown = decoded(judgement, {material.released});
        if (!shown) return passOn(shown);
        if (!shown->empty()) judgeShipping(judgement, *evidence.chart, shown->front());
    }
    judgement.add(lightReadings(evidence.light, plan.light, size));
    if (evidence.chart) judgement.expect(lightNamesOf(plan, material.pictures));
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
        for (const auto& more : {imaging::chartReadingNames(), imaging::fieldReadingNames(),
                                 imaging::darkReadingNames(), lightReadingNames()})
            names.insert(names.end(), more.begin(), more.end());
        names.insert(names.end(), shippingNames.begin(), shippingNames.end());
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
        finding.later = [&plan = context.plan, size,
                         material = Material{std::move(captures->pictures), std::move(captures->released),
                                             captures->exposure}] { return judge(plan, size, material); };
        return finding;
    }
};

} // namespace

const Step& pictureQualityStep() {
    static const PictureQuality step;
    return step;
}

} // namespace framegate
