// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/settling.h"

#include <algorithm>
#include <array>
#include <deque>
#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

jpeg::Expectation expectationOf(const TestPlan& plan, Resolution size) {
    return {size, plan.sensor.name, plan.board.dummyBytes, plan.board.zeroTailBytes};
}

/// Adds the look of the frame taken last. Where the scene looks as it did before again, the frames in between
/// that exposure does not explain were damaged: they are taken out. Returns how many.
unsigned addLook(std::deque<Look>& looks, const Look& now, const SettleRule& rule) {
    constexpr std::size_t kept = 4; // a large picture's look takes half a megabyte
    const auto usual =
        std::find_if(looks.rbegin(), looks.rend(), [&](const Look& look) { return alike(look, now, rule); });
    std::size_t odd = 0;
    if (usual != looks.rend()) {
        const auto begin =
            std::remove_if(usual.base(), looks.end(), [&](const Look& look) { return isOdd(look, now); });
        odd = static_cast<std::size_t>(looks.end() - begin);
        looks.erase(begin, looks.end());
    }
    looks.push_back(now);
    if (looks.size() > kept) looks.pop_front();
    return static_cast<unsigned>(odd);
}

Result<JudgedFrame> takeOnce(StepContext& context, Resolution size) {
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

/// Of a frame: USB and the judging, with much to spare.
constexpr std::chrono::milliseconds besidesTheBoard{100};

} // namespace

void SettlingTime::add(const JudgedFrame& frame) {
    const auto now = clock_.now();
    std::chrono::nanoseconds took = now - std::exchange(counted_, now);
    if (frame.moduleCode.empty())
        took = std::min<std::chrono::nanoseconds>(took, frame.frame.captureTime + frame.frame.readTime +
                                                            besidesTheBoard);
    passed_ += took;
}

Result<JudgedFrame> takeFrame(StepContext& context, Resolution size, unsigned& linkErrors) {
    for (;;) {
        auto judged = takeOnce(context, size);
        if (judged || !worthRepeating(judged.error())) return judged;
        if (linkErrors++ >= context.plan.timing.linkRetries) return judged;
    }
}

PictureBytes takePicture(const TestPlan& plan, JudgedFrame& judged) {
    auto bytes = std::move(judged.frame.bytes);
    if (judged.valid()) bytes.resize(*judged.verdict.eoiOffset + 2);
    const auto begin = std::min(plan.board.dummyBytes, bytes.size());
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

Result<Settling> settle(StepContext& context, Resolution size) {
    const auto& rule = context.plan.sensor.settle;
    const auto limit = context.plan.timing.settleLimit;
    SettlingTime time(context.camera.clock());
    Settling settling;
    unsigned inARow = 0;
    std::deque<Look> looks;
    const auto mayGoOn = [&] {
        return settling.frames == 0 || time.passed() < limit || (inARow > 0 && time.passed() < 2 * limit);
    };
    while (inARow < rule.stableFrames && mayGoOn()) {
        const auto frameBegin = time.passed();
        auto judged = takeFrame(context, size, settling.linkErrors);
        if (!judged) return passOn(judged);
        time.add(*judged);
        ++settling.frames;
        const bool follows = judged->valid() && inARow > 0;
        if (!judged->valid() && inARow > 0) ++settling.relapses;
        if (judged->valid()) settling.look = lookOf(*judged->verdict.coded);
        if (follows) settling.changedShare = changedShare(looks.back(), settling.look);
        const bool goesOn = follows && alike(looks.back(), settling.look, rule);
        inARow = goesOn ? inARow + 1 : (judged->valid() ? 1 : 0);
        if (!goesOn) settling.time = frameBegin;
        if (judged->valid()) settling.oddFrames += addLook(looks, settling.look, rule);
        settling.last = std::move(*judged);
    }
    if (inARow < rule.stableFrames) settling.time = time.passed();
    settling.settled = inARow >= rule.stableFrames && settling.time <= limit;
    return settling;
}

} // namespace framegate
