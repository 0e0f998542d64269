// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/bit_comparison.h"
#include "steps/frame_likeness.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/settling.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <vector>

namespace framegate {
namespace {

/// The sensor sends a picture of its own making, several times: whatever differs from one time to the next
/// was done by the encoder, the bus, the frame memory or the wires.
class ColourBars : public Step {
public:
    std::string_view type() const override { return "colour-bars"; }

    std::vector<std::string_view> measures() const override {
        return {"register_mismatches", "register_writes", "i2c_nacks",           "link_errors",
                "bars_settled",        "bars_frames",     "bars_invalid",        "bars_other_length",
                "bars_repeat",         "bars_bits",       "link_bit_error_rate", "link_bit_error_bound"};
    }

    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        if (plan.sensor.testPattern.empty())
            return refused(fmt::format("the file of sensor {} names no test pattern", plan.sensor.name));
        if (spec.resolutions.empty()) return refused("it names no resolutions");
        if (plan.sensor.barsRepeatExactly) return {};
        for (const auto& limit : plan.limits.entries())
            if (std::find(afterGoldenUnits.begin(), afterGoldenUnits.end(), limit.name) !=
                afterGoldenUnits.end())
                return refused(fmt::format("the limit of {} needs bars_repeat_exactly = true in the file of "
                                           "sensor {}, which golden units must have shown",
                                           limit.name, plan.sensor.name));
        return {};
    }

    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution> resolution) const override;

private:
    /// What says nothing against a unit until the bars are known to repeat.
    static constexpr std::array<std::string_view, 6> afterGoldenUnits = {
        "bars_settled", "bars_invalid",        "bars_other_length",
        "bars_repeat",  "link_bit_error_rate", "link_bit_error_bound"};

    static Failure refused(std::string why) {
        return failure(ErrorKind::InvalidInput, "PLAN_STEP", "step colour-bars: " + std::move(why));
    }
};

/// The frames taken of the pattern.
struct BarFrames {
    bool settled = false;
    std::vector<std::vector<std::byte>> whole; ///< the pictures of valid frames, EOI included
    unsigned invalid = 0;                      ///< after it has settled
    unsigned linkErrors = 0;                   ///< frames taken again, as their transfer was damaged
    std::string invalidCode;                   ///< of the first of them
    std::string invalidDetail;
};

void addInvalid(BarFrames& frames, const JudgedFrame& judged) {
    if (!frames.settled || frames.invalid++ > 0) return;
    const bool none = !judged.moduleCode.empty();
    frames.invalidCode = none ? judged.moduleCode : judged.verdict.code;
    frames.invalidDetail = none ? judged.moduleDetail : judged.verdict.detail;
}

/// The first two valid frames in a row that are steady show the pattern (on a sensor whose bars move, they
/// are no more alike than that): a frame before them may still have shown the scene. From there on every
/// frame counts. None of them is taken again: what has no two such frames within the plan's settle limit has
/// not settled.
Result<BarFrames> takeFrames(StepContext& context, const StepSpec& spec, Resolution size) {
    const auto limit = context.plan.timing.settleLimit;
    SettlingTime time(context.camera.clock());
    BarFrames frames;
    std::optional<Look> before;
    unsigned counted = 0; ///< of the captures
    const auto mayGoOn = [&] {
        return frames.settled || time.passed() < limit || (before && time.passed() < 2 * limit);
    };
    while (counted < spec.captures && mayGoOn()) {
        auto judged = takeFrame(context, size, frames.linkErrors);
        if (!judged) return passOn(judged);
        time.add(*judged);
        if (frames.settled) ++counted;
        if (!judged->valid()) {
            addInvalid(frames, *judged);
            before.reset();
            continue;
        }
        auto look = lookOf(*judged->verdict.coded);
        const bool goesOn = before && steady(*before, look, context.plan.sensor.settle);
        if (!frames.settled && !goesOn) frames.whole.clear();
        if (!frames.settled && goesOn) counted = 2;
        frames.settled = frames.settled || goesOn;
        before = std::move(look);
        judged->frame.bytes.resize(*judged->verdict.eoiOffset + 2);
        frames.whole.push_back(std::move(judged->frame.bytes));
    }
    return frames;
}

/// Sets the size, shows the pattern, takes the frames, and shows the scene again whatever came.
Result<BarFrames> framesOfPattern(StepContext& context, const StepSpec& spec, Resolution size,
                                  SizeChange& change) {
    const auto set = context.camera.setSize(size, context.deadline, context.stop);
    if (!set) return passOn(set);
    change.add(*set);
    const auto shown = context.camera.showTestPattern(true, context.deadline, context.stop);
    if (!shown) return passOn(shown);
    change.add(*shown);
    auto frames = takeFrames(context, spec, size);
    const auto hidden = context.camera.showTestPattern(false, context.deadline, context.stop);
    if (!frames) return frames;
    if (!hidden) return passOn(hidden);
    change.add(*hidden);
    return frames;
}

void addReadings(StepFinding& finding, const BarFrames& frames, const BitComparison& bits, Resolution size) {
    const auto count = [&](const char* name, double value, const char* of) {
        finding.readings.push_back(countReading(name, value, of, size));
    };
    finding.readings.push_back({"bars_settled", frames.settled ? 1.0 : 0.0, "1", size});
    count("bars_frames", static_cast<double>(frames.whole.size()), "frame");
    count("bars_invalid", frames.invalid, "frame");
    count("link_errors", frames.linkErrors, "transfer");
    if (frames.whole.size() < 3) return; // of two nobody knows which is right
    const auto rate = static_cast<double>(bits.bitErrors) / static_cast<double>(bits.bits);
    const bool repeats = bits.exact() && frames.invalid == 0;
    count("bars_other_length", static_cast<double>(bits.otherLength), "frame");
    finding.readings.push_back({"bars_repeat", repeats ? 1.0 : 0.0, "1", size});
    count("bars_bits", static_cast<double>(bits.bits), "bit");
    finding.readings.push_back({"link_bit_error_rate", rate, "1", size});
    finding.readings.push_back({"link_bit_error_bound", rateBound95(bits.bitErrors, bits.bits), "1", size});
}

/// Golden units have shown that nothing may differ.
void judge(StepFinding& finding, const BarFrames& frames, const BitComparison& bits, Resolution size) {
    if (!frames.settled) {
        finding.failureCode = "BARS_UNSETTLED";
        finding.failureDetail =
            fmt::format("{}: no frames of the test pattern in a row are valid and alike", size.text());
    } else if (frames.invalid > 0) {
        finding.failureCode = "BARS_INVALID";
        finding.failureDetail =
            fmt::format("{}: {} frames of the test pattern are invalid after a valid one, "
                        "first {} {}",
                        size.text(), frames.invalid, frames.invalidCode, frames.invalidDetail);
    } else if (!bits.exact()) {
        finding.failureCode = "BARS_DIFFER";
        finding.failureDetail = fmt::format(
            "{}: of {} frames of the test pattern {} differ in {} of {} bits, {} in length", size.text(),
            frames.whole.size(), bits.differing, bits.bitErrors, bits.bits, bits.otherLength);
    }
}

void addRegisters(StepFinding& finding, const SizeChange& change, Resolution size) {
    addRegisterReadings(finding.readings, change, size);
    if (change.mismatches == 0) return;
    finding.failureCode = "REGISTER_READBACK";
    finding.failureDetail = fmt::format("{}: with the test pattern {} registers do not read back as written, "
                                        "first {}",
                                        size.text(), change.mismatches, change.firstMismatch);
}

Result<StepFinding> ColourBars::run(StepContext& context, const StepSpec& spec,
                                    std::optional<Resolution> resolution) const {
    const Resolution size = resolution.value();
    SizeChange change;
    const auto frames = framesOfPattern(context, spec, size, change);
    if (!frames) return passOn(frames);
    const auto bits =
        compareBits(std::vector<std::span<const std::byte>>(frames->whole.begin(), frames->whole.end()));
    StepFinding finding;
    addRegisters(finding, change, size);
    addReadings(finding, *frames, bits, size);
    if (context.plan.sensor.barsRepeatExactly && finding.failureCode.empty())
        judge(finding, *frames, bits, size);
    return finding;
}

} // namespace

const Step& colourBarsStep() {
    static const ColourBars step;
    return step;
}

} // namespace framegate
