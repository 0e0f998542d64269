// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"
#include "jpeg/validator.h"
#include "steps/readings.h"
#include "steps/registry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>

namespace framegate {
namespace {

/// Frames in a row whose means differ by less show the same: noise is far below, exposure that still moves
/// is above.
constexpr double steadyLevels = 2.0;

/// A frame and what the validator says of it.
struct JudgedFrame {
    CapturedFrame frame;
    jpeg::Verdict verdict;
    std::string moduleCode; ///< set when the module gave no frame worth reading
    std::string moduleDetail;

    bool valid() const { return moduleCode.empty() && verdict.valid; }
};

/// How settling went, and the frame with which it ended.
struct Settling {
    unsigned frames = 0;
    unsigned relapses = 0;   ///< invalid frames after a valid one
    unsigned linkErrors = 0; ///< captures taken again, as their transfer was damaged
    std::chrono::nanoseconds time{0};
    bool settled = false;
    JudgedFrame last;
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

/// A transfer that was damaged on its way says nothing of the module, and the next may be whole.
bool worthRepeating(const Error& error) {
    static constexpr std::array<std::string_view, 5> damaged = {
        "CRC_MISMATCH", "WIRE_BAD_FRAME", "WIRE_UNEXPECTED", "BOARD_BAD_FRAME", "USB_STALL"};
    return std::find(damaged.begin(), damaged.end(), error.code) != damaged.end();
}

/// A frame, with a capture more for each damaged transfer that the plan allows. \a linkErrors counts on.
Result<JudgedFrame> takeFrameAgain(StepContext& context, Resolution size, unsigned& linkErrors) {
    for (;;) {
        auto judged = takeFrame(context, size);
        if (judged || !worthRepeating(judged.error())) return judged;
        if (linkErrors++ >= context.plan.timing.linkRetries) return judged;
    }
}

/// What a valid frame shows, as far as two of them can be compared.
struct Look {
    double bytes = 0;
    std::vector<double> means; ///< of each component, in levels
};

Look lookOf(const JudgedFrame& judged) {
    Look look;
    look.bytes = static_cast<double>(*judged.verdict.eoiOffset);
    for (const auto& plane : judged.verdict.coded->dc) {
        constexpr double levelsPerDc = 1.0 / 8; // a block's DC coefficient is eight times its mean
        const auto sum = std::accumulate(plane.values.begin(), plane.values.end(), 0.0);
        look.means.push_back(sum / static_cast<double>(plane.values.size()) * levelsPerDc);
    }
    return look;
}

bool alike(const Look& a, const Look& b, const SettleRule& rule) {
    if (std::abs(a.bytes - b.bytes) > rule.lengthTolerance * std::max(a.bytes, b.bytes)) return false;
    return std::equal(a.means.begin(), a.means.end(), b.means.begin(), b.means.end(),
                      [](double x, double y) { return std::abs(x - y) <= steadyLevels; });
}

/// Takes frames until the sensor's number in a row were valid and alike. The first of them must have begun
/// within the plan's limit: how long they then take to be read says nothing of the sensor. Frames that stay
/// valid but never alike end it at twice the limit.
Result<Settling> settle(StepContext& context, Resolution size) {
    const Clock& clock = context.camera.clock();
    const auto& rule = context.plan.sensor.settle;
    const auto begin = clock.now();
    const auto limit = Deadline::after(clock, context.plan.timing.settleLimit);
    const auto last = Deadline::after(clock, 2 * context.plan.timing.settleLimit);
    Settling settling;
    unsigned inARow = 0;
    std::optional<Look> before;
    const auto mayGoOn = [&] {
        return settling.frames == 0 || !limit.passed(clock) || (inARow > 0 && !last.passed(clock));
    };
    while (inARow < rule.stableFrames && mayGoOn()) {
        const auto frameBegin = clock.now();
        auto judged = takeFrameAgain(context, size, settling.linkErrors);
        if (!judged) return passOn(judged);
        ++settling.frames;
        if (!judged->valid() && inARow > 0) ++settling.relapses;
        std::optional<Look> now;
        if (judged->valid()) now = lookOf(*judged);
        const bool goesOn = now && before && alike(*before, *now, rule);
        inARow = goesOn ? inARow + 1 : (now ? 1 : 0);
        if (!goesOn) settling.time = frameBegin - begin;
        before = std::move(now);
        settling.last = std::move(*judged);
    }
    if (inARow < rule.stableFrames) settling.time = clock.now() - begin;
    settling.settled = inARow >= rule.stableFrames && settling.time <= context.plan.timing.settleLimit;
    return settling;
}

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

/// The bytes of the picture alone: without the board's dummy byte and the FIFO's tail. Takes them out of the
/// frame: a large picture is not copied.
PictureBytes takePicture(const TestPlan& plan, JudgedFrame& judged) {
    auto bytes = std::move(judged.frame.bytes);
    if (judged.valid()) bytes.resize(*judged.verdict.eoiOffset + 2);
    const auto begin = std::min(plan.board.dummyBytes, bytes.size());
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

/// Decodes a valid picture twice, by independent programs, and measures it.
Result<StepFinding> measurePicture(const std::vector<std::byte>& picture) {
    StepFinding finding;
    const auto decoded = jpeg::decode(picture);
    if (!decoded && decoded.error().kind != ErrorKind::Module) return passOn(decoded);
    if (!decoded) {
        blame(finding, decoded.error().code, decoded.error().message);
        return finding;
    }
    if (auto agreed = imaging::decodersAgree(picture, *decoded); !agreed) return passOn(agreed);
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
        finding.readings.push_back(countReading("register_mismatches", change->mismatches, "register", size));
        finding.readings.push_back(countReading("register_writes", change->writes, "register", size));
        finding.readings.push_back(countReading("i2c_nacks", change->nacks, "operation", size));
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
        blameUnsettled(finding, context.plan, *settling, size);
        if (auto again = readAgain(context, spec, finding, judged, size); !again) return passOn(again);
        finding.ends = !judged.moduleCode.empty(); // no frame at all: later sizes would only time out too
        const auto picture = takePicture(context.plan, judged);
        finding.picture = {size, picture, judged.valid() && finding.failureCode.empty()};
        if (judged.valid()) finding.later = [picture] { return measurePicture(*picture); };
        return finding;
    }
};

} // namespace

const Step& captureStep() {
    static const Capture step;
    return step;
}

} // namespace framegate
