// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"
#include "jpeg/validator.h"
#include "steps/readings.h"
#include "steps/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr int stableFrames = 2; ///< valid frames in a row after which a new size counts as settled

/// A frame and what the validator says of it.
struct JudgedFrame {
    CapturedFrame frame;
    jpeg::Verdict verdict;
    std::string moduleCode; ///< set when the module gave no frame worth reading
    std::string moduleDetail;

    bool valid() const { return moduleCode.empty() && verdict.valid; }
};

/// How settling went.
struct Settling {
    unsigned frames = 0;
    unsigned relapses = 0; ///< invalid frames after a valid one
    std::chrono::nanoseconds time{0};
    bool settled = false;
};

jpeg::Expectation expectationOf(const TestPlan& plan, Resolution size) {
    return {size, plan.sensor.name, plan.board.dummyBytes, plan.board.zeroTailBytes};
}

/// Takes one frame. That the module gives none worth reading is a finding; everything else that goes wrong
/// is an error.
Result<JudgedFrame> takeFrame(StepContext& context, Resolution size) {
    JudgedFrame judged;
    auto frame = context.camera.capture(context.deadline, context.stop);
    if (!frame && frame.error().kind != ErrorKind::Module) return passOn(frame);
    if (!frame) {
        judged.moduleCode = frame.error().code;
        judged.moduleDetail = frame.error().message;
        return judged;
    }
    if (frame->crcOnBoard != frame->crcHere)
        return failure(
            ErrorKind::Protocol, "CRC_MISMATCH",
            fmt::format("{}: the picture changed between the board and here: CRC-32 {:08x} there, {:08x} "
                        "here; check the USB cable and hub",
                        size.text(), frame->crcOnBoard, frame->crcHere));
    judged.frame = std::move(*frame);
    judged.verdict = jpeg::validate(judged.frame.bytes, expectationOf(context.plan, size));
    return judged;
}

/// Takes frames until some in a row were valid, up to the plan's limit.
Result<Settling> settle(StepContext& context, Resolution size) {
    const Clock& clock = context.camera.clock();
    const auto begin = clock.now();
    const auto limit = Deadline::after(clock, context.plan.timing.settleLimit);
    Settling settling;
    int inARow = 0;
    while (inARow < stableFrames && (settling.frames == 0 || !limit.passed(clock))) {
        const auto judged = takeFrame(context, size);
        if (!judged) return passOn(judged);
        ++settling.frames;
        if (!judged->valid() && inARow > 0) ++settling.relapses;
        inARow = judged->valid() ? inARow + 1 : 0;
    }
    settling.time = clock.now() - begin;
    settling.settled = inARow >= stableFrames && settling.time <= context.plan.timing.settleLimit;
    return settling;
}

void blame(StepFinding& finding, std::string code, std::string detail) {
    if (!finding.failureCode.empty()) return;
    finding.failureCode = std::move(code);
    finding.failureDetail = std::move(detail);
}

void addFrameReadings(StepFinding& finding, const JudgedFrame& judged, Resolution size) {
    auto& readings = finding.readings;
    readings.push_back({"jpeg_valid", judged.valid() ? 1.0 : 0.0, "1", size});
    if (!judged.moduleCode.empty()) return blame(finding, judged.moduleCode, judged.moduleDetail);
    readings.push_back({"crc_match", 1.0, "1", size}); // a mismatch is the station's error and ends the run
    readings.push_back({"fifo_bytes", double(judged.frame.bytes.size()), "By", size});
    readings.push_back(timeReading("capture_time", judged.frame.captureTime, size));
    readings.push_back(timeReading("read_time", judged.frame.readTime, size));
    if (!judged.verdict.valid) return blame(finding, judged.verdict.code, judged.verdict.detail);
    readings.push_back(
        {"jpeg_bytes", double(judged.frame.bytes.size() - judged.verdict.tailBytes), "By", size});
    readings.push_back({"jpeg_tail_bytes", double(judged.verdict.tailBytes), "By", size});
}

void addSettlingReadings(StepFinding& finding, const Settling& settling, Resolution size) {
    finding.readings.push_back(countReading("frames_to_settle", settling.frames, "frame", size));
    finding.readings.push_back(countReading("settle_relapses", settling.relapses, "frame", size));
    finding.readings.push_back(timeReading("settle_time", settling.time, size));
    finding.readings.push_back({"settled", settling.settled ? 1.0 : 0.0, "1", size});
}

/// The bytes of the picture alone: without the board's dummy byte and the FIFO's tail.
PictureBytes pictureOf(const TestPlan& plan, const JudgedFrame& judged) {
    const auto& bytes = judged.frame.bytes;
    const auto begin = std::min(plan.board.dummyBytes, bytes.size());
    const auto end = judged.valid() ? *judged.verdict.eoiOffset + 2 : bytes.size();
    return std::make_shared<const std::vector<std::byte>>(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                                          bytes.begin() + static_cast<std::ptrdiff_t>(end));
}

/// Decodes a valid picture twice, by independent programs, and measures it.
Result<> measurePicture(StepFinding& finding, const std::vector<std::byte>& picture) {
    const auto decoded = jpeg::decode(picture);
    if (!decoded && decoded.error().kind != ErrorKind::Module) return passOn(decoded);
    if (!decoded) {
        blame(finding, decoded.error().code, decoded.error().message);
        return {};
    }
    if (auto agreed = imaging::decodersAgree(picture, *decoded); !agreed) return passOn(agreed);
    auto readings = imaging::basicReadings(*decoded);
    if (!readings) return passOn(readings);
    std::move(readings->begin(), readings->end(), std::back_inserter(finding.readings));
    return {};
}

/// Sets a size, waits until it has settled, takes one picture and judges it.
class Capture : public Step {
public:
    std::string_view type() const override { return "capture"; }

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

    Result<StepFinding> run(StepContext& context, const StepSpec&,
                            std::optional<Resolution> resolution) const override {
        const Resolution size = resolution.value();
        StepFinding finding;
        const auto change = context.camera.setSize(size, context.deadline, context.stop);
        if (!change) return passOn(change);
        finding.readings.push_back(countReading("register_mismatches", change->mismatches, "register", size));
        if (change->mismatches > 0)
            blame(finding, "REGISTER_READBACK",
                  fmt::format("{}: {} registers do not read back as written, first {}", size.text(),
                              change->mismatches, change->firstMismatch));
        const auto settling = settle(context, size);
        if (!settling) return passOn(settling);
        addSettlingReadings(finding, *settling, size);
        const auto judged = takeFrame(context, size);
        if (!judged) return passOn(judged);
        addFrameReadings(finding, *judged, size);
        finding.ends = !judged->moduleCode.empty(); // no frame at all: later sizes would only time out too
        return judgePicture(context, std::move(finding), *judged, size);
    }

private:
    static Result<StepFinding> judgePicture(StepContext& context, StepFinding finding,
                                            const JudgedFrame& judged, Resolution size) {
        const auto picture = pictureOf(context.plan, judged);
        if (judged.valid())
            if (auto measured = measurePicture(finding, *picture); !measured) return passOn(measured);
        context.picture(size, picture, judged.valid() && finding.failureCode.empty());
        return finding;
    }
};

} // namespace

const Step& captureStep() {
    static const Capture step;
    return step;
}

} // namespace framegate
