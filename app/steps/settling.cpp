// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/settling.h"

#include "steps/frame_likeness.h"

#include <fmt/format.h>
#include <optional>

namespace framegate {
namespace {

jpeg::Expectation expectationOf(const TestPlan& plan, Resolution size) {
    return {size, plan.sensor.name, plan.board.dummyBytes, plan.board.zeroTailBytes};
}

} // namespace

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
        auto judged = takeFrame(context, size);
        if (!judged) return passOn(judged);
        ++settling.frames;
        if (!judged->valid() && inARow > 0) ++settling.relapses;
        std::optional<Look> now;
        if (judged->valid()) now = lookOf(judged->verdict);
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

} // namespace framegate
