// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"
#include "jpeg/validator.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/settling.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace framegate {
namespace {

void blame(StepFinding& finding, std::string code, std::string detail) {
    if (!finding.failureCode.empty()) return;
    finding.failureCode = std::move(code);
    finding.failureDetail = std::move(detail);
}

void addFrameReadings(StepFinding& finding, const TestPlan& plan, const JudgedFrame& judged,
                      Resolution size) {
    auto& readings = finding.readings;
    const auto bytes = judged.frame.bytes.size() - std::min(plan.board.dummyBytes, judged.frame.bytes.size());
    readings.push_back({"jpeg_valid", judged.valid() ? 1.0 : 0.0, "1", size});
    if (!judged.moduleCode.empty()) return blame(finding, judged.moduleCode, judged.moduleDetail);
    readings.push_back({"crc_match", 1.0, "1", size}); // a mismatch is the station's error and ends the run
    readings.push_back({"fifo_bytes", double(bytes), "By", size});
    readings.push_back(timeReading("capture_time", judged.frame.captureTime, size));
    readings.push_back(timeReading("read_time", judged.frame.readTime, size));
    if (!judged.verdict.valid) return blame(finding, judged.verdict.code, judged.verdict.detail);
    readings.push_back({"jpeg_bytes", double(bytes - judged.verdict.tailBytes), "By", size});
    readings.push_back({"jpeg_tail_bytes", double(judged.verdict.tailBytes), "By", size});
}

void addSettlingReadings(StepFinding& finding, const Settling& settling, Resolution size) {
    finding.readings.push_back(countReading("frames_to_settle", settling.frames, "frame", size));
    finding.readings.push_back(countReading("settle_relapses", settling.relapses, "frame", size));
    finding.readings.push_back(countReading("link_errors", settling.linkErrors, "transfer", size));
    finding.readings.push_back(timeReading("settle_time", settling.time, size));
    finding.readings.push_back(countReading("settle_odd_frames", settling.oddFrames, "frame", size));
    finding.readings.push_back({"frame_change_percent", 100 * settling.changedShare, "%", size});
    finding.readings.push_back({"settled", settling.settled ? 1.0 : 0.0, "1", size});
}

/// A valid frame that the next one may contradict is no good picture, whatever the limits say.
void blameUnsettled(StepFinding& finding, const TestPlan& plan, const Settling& settling, Resolution size) {
    if (settling.settled || !settling.last.valid()) return;
    blame(
        finding, "SETTLE_TIMEOUT",
        fmt::format("{}: after {} frames in {:.3f} s no {} in a row are valid, alike and begun within {} ms",
                    size.text(), settling.frames, std::chrono::duration<double>(settling.time).count(),
                    plan.sensor.settle.stableFrames, plan.timing.settleLimit.count()));
}

/// After frames that were none: a sensor that still holds its registers sends them, one that does not has
/// been reset behind our back.
Result<> lookForReset(StepContext& context, StepFinding& finding, const JudgedFrame& judged,
                      Resolution size) {
    if (judged.valid() || !finding.failureCode.empty()) return {};
    const auto now = context.camera.checkRegisters(context.deadline, context.stop);
    if (!now) return passOn(now);
    finding.readings.push_back(countReading("registers_lost", now->mismatches, "register", size));
    if (now->mismatches > 0)
        blame(finding, "REGISTERS_LOST",
              fmt::format(
                  "{}: {} registers that held what was written before the frame no longer do, first {}: "
                  "the sensor has been reset; look at its supply",
                  size.text(), now->mismatches, now->firstMismatch));
    return {};
}

/// Decodes a valid picture, compares with what the walk has \a coded, and measures it.
Result<StepFinding> measurePicture(const std::vector<std::byte>& picture, const CodedPicture& coded) {
    StepFinding finding;
    const auto decoded = jpeg::decode(picture);
    if (!decoded && decoded.error().kind != ErrorKind::Module) return passOn(decoded);
    if (!decoded) {
        blame(finding, decoded.error().code, decoded.error().message);
        return finding;
    }
    if (auto agreed = imaging::decodersAgree(coded, *decoded); !agreed) return passOn(agreed);
    auto readings = imaging::basicReadings(*decoded);
    if (!readings) return passOn(readings);
    finding.readings = std::move(*readings);
    return finding;
}

/// Reads the picture once more where the plan wants it and the board can: what came over SPI must come again.
Result<> readAgain(StepContext& context, const StepSpec& spec, StepFinding& finding,
                   const JudgedFrame& judged, Resolution size) {
    if (spec.secondRead == SecondReadSpec::Off || !judged.moduleCode.empty()) return {};
    const auto by = spec.secondRead == SecondReadSpec::Crc ? SecondReadBy::Crc : SecondReadBy::Bytes;
    const auto again = context.camera.readAgain(judged.frame, by, context.deadline, context.stop);
    if (!again) return passOn(again);
    finding.readings.push_back({"second_read_available", again->available ? 1.0 : 0.0, "1", size});
    if (!again->available) return {};
    finding.readings.push_back({"second_read_match", again->equal ? 1.0 : 0.0, "1", size});
    if (!again->equal)
        blame(finding, "SECOND_READ_DIFFERS",
              fmt::format("{}: reading the FIFO a second time brought other bytes", size.text()));
    return {};
}

/// Leaves what the picture shows to the comparison of all sizes; a further attempt replaces the one before.
void keepSketch(StepContext& context, const Settling& settling, Resolution size) {
    std::erase_if(context.sketches, [&](const SceneSketch& kept) { return kept.size == size; });
    if (settling.last.valid())
        context.sketches.push_back(sketchOf(*settling.last.verdict.coded, settling.look));
}

/// Likewise, for the comparison on the chart.
void keepPicture(StepContext& context, const JudgedFrame& judged, const PictureBytes& picture,
                 Resolution size) {
    context.settledPictures.erase(size);
    if (judged.valid() && context.plan.chart) context.settledPictures.emplace(size, picture);
}

/// Sets a size, waits until it has settled, and judges the picture with which it did.
class Capture : public Step {
public:
    std::string_view type() const override { return "capture"; }

    std::vector<std::string_view> measures() const override {
        std::vector<std::string_view> names{"register_mismatches",
                                            "register_writes",
                                            "i2c_nacks",
                                            "link_errors",
                                            "registers_lost",
                                            "frames_to_settle",
                                            "settle_relapses",
                                            "settle_time",
                                            "settled",
                                            "settle_odd_frames",
                                            "frame_change_percent",
                                            "jpeg_valid",
                                            "crc_match",
                                            "fifo_bytes",
                                            "capture_time",
                                            "read_time",
                                            "jpeg_bytes",
                                            "jpeg_tail_bytes",
                                            "second_read_available",
                                            "second_read_match"};
        const auto picture = imaging::basicReadingNames();
        names.insert(names.end(), picture.begin(), picture.end());
        return names;
    }

    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        if (spec.resolutions.empty())
            return failure(ErrorKind::InvalidInput, "PLAN_STEP", "step capture names no resolutions");
        for (const auto size : spec.resolutions)
            if (plan.sensor.mode(size) == nullptr)
                return failure(
                    ErrorKind::InvalidInput, "PLAN_STEP",
                    fmt::format("step capture: {} has no JPEG size {}", plan.sensor.name, size.text()));
        return {};
    }

    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution> resolution) const override {
        const Resolution size = resolution.value();
        StepFinding finding;
        const auto change = context.camera.setSize(size, context.deadline, context.stop);
        if (!change) return passOn(change);
        addRegisterReadings(finding.readings, *change, size);
        if (change->mismatches > 0)
            blame(finding, "REGISTER_READBACK",
                  fmt::format("{}: {} registers do not read back as written, first {}", size.text(),
                              change->mismatches, change->firstMismatch));
        auto settling = settle(context, size);
        if (!settling) return passOn(settling);
        addSettlingReadings(finding, *settling, size);
        auto& judged = settling->last;
        if (auto looked = lookForReset(context, finding, judged, size); !looked) return passOn(looked);
        addFrameReadings(finding, context.plan, judged, size);
        keepSketch(context, *settling, size);
        blameUnsettled(finding, context.plan, *settling, size);
        if (auto again = readAgain(context, spec, finding, judged, size); !again) return passOn(again);
        finding.ends = !judged.moduleCode.empty(); // no frame at all: later sizes would only time out too
        const auto picture = takePicture(context.plan, judged);
        keepPicture(context, judged, picture, size);
        finding.picture = {size, picture, judged.valid() && finding.failureCode.empty()};
        if (judged.valid())
            finding.later = [picture, coded = judged.verdict.coded] {
                return measurePicture(*picture, *coded);
            };
        return finding;
    }
};

} // namespace

const Step& captureStep() {
    static const Capture step;
    return step;
}

} // namespace framegate
