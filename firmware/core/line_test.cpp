// SPDX-License-Identifier: MIT
#include "core/line_test.h"

#include <iterator>

namespace framegate::firmware {
namespace {

using wire::Line;

// A piece of work lasts three settling times and a rise, so that the caller's loop is never away for long.
constexpr std::uint32_t longestSettleUs = 10'000;
constexpr std::uint32_t longestRiseNs = 1'000'000;
constexpr std::uint32_t longestDischargeUs = 1'000'000;
constexpr std::uint32_t longestPowerUpUs = 5'000'000;

constexpr Line lineAt(std::uint8_t index) {
    return static_cast<Line>(index);
}

/// Where the rise of each wire goes.
constexpr std::uint32_t wire::LineTestDone::*rises[wire::lineCount] = {
    &wire::LineTestDone::riseCsNs,   &wire::LineTestDone::riseSckNs, &wire::LineTestDone::riseMosiNs,
    &wire::LineTestDone::riseMisoNs, &wire::LineTestDone::riseSdaNs, &wire::LineTestDone::riseSclNs};

} // namespace

wire::Status LineTest::start(const wire::LineTestRequest& request, Ports& ports) {
    const bool inRange = request.flags <= wire::lineTestUnpowered && request.settleUs <= longestSettleUs &&
                         request.riseBoundNs <= longestRiseNs && request.dischargeUs <= longestDischargeUs &&
                         request.powerUpUs <= longestPowerUpUs;
    if (!inRange) return wire::Status::BadArgument;
    if (ports.lines == nullptr) return wire::Status::Unsupported;
    supplyOff_ = (request.flags & wire::lineTestUnpowered) != 0;
    if (supplyOff_ && !ports.lines->setSupply(false)) {
        supplyOff_ = false;
        return wire::Status::Unsupported;
    }
    request_ = request;
    done_ = {};
    line_ = 0;
    stage_ = Stage::Discharge;
    begin_ = ports.clock.nowUs();
    ports.lines->take();
    taken_ = true;
    pause_.begin(ports.clock, request.dischargeUs);
    return wire::Status::Ok;
}

void LineTest::pullAll(LinePort& lines, Drive drive) {
    for (std::uint8_t i = 0; i < wire::lineCount; ++i)
        lines.drive(lineAt(i), drive);
}

std::uint8_t LineTest::settled(Ports& ports) {
    ports.clock.delayUs(request_.settleUs);
    return static_cast<std::uint8_t>(ports.lines->levels() & wire::allLines);
}

/// While nothing drives a wire: a module without ground would find one through a wire driven low, one without
/// supply through a wire driven high.
void LineTest::measureSupply(Ports& ports) {
    if (ports.adc == nullptr) return;
    done_.railMv = ports.adc->railMv();
    done_.currentUa = ports.adc->currentUa();
}

void LineTest::testPulls(Ports& ports) {
    auto& lines = *ports.lines;
    const auto bit = wire::lineBit(lineAt(line_));
    pullAll(lines, Drive::PullUp);
    if (line_ == 0) {
        done_.pulledUp = settled(ports);
        measureSupply(ports);
    }
    lines.drive(lineAt(line_), Drive::PullDown);
    done_.pulledDown = static_cast<std::uint8_t>(done_.pulledDown | (settled(ports) & bit));
}

/// Each driver holds against whatever is at the wire only for the settling time. While a wire is high, CS is
/// pulled up, so that the module stays unselected and lets MISO go.
void LineTest::testDrivers(Ports& ports) {
    auto& lines = *ports.lines;
    const auto line = lineAt(line_);
    pullAll(lines, Drive::PullUp);
    lines.drive(line, Drive::Low);
    done_.whileLow[line_] = settled(ports);
    done_.*rises[line_] = lines.riseNs(line, request_.riseBoundNs);
    pullAll(lines, Drive::PullDown);
    lines.drive(Line::Cs, Drive::PullUp);
    lines.drive(line, Drive::High);
    done_.whileHigh[line_] = settled(ports);
    pullAll(lines, Drive::PullUp);
}

Progress LineTest::advance(Ports& ports) {
    if (pause_.wait(ports.clock)) return Progress::Worked;
    switch (stage_) {
    case Stage::Discharge:
        stage_ = Stage::Pulls;
        return Progress::Worked;
    case Stage::Pulls:
        testPulls(ports);
        break;
    case Stage::Drivers:
        testDrivers(ports);
        break;
    case Stage::PowerUp:
        done_.elapsedUs = static_cast<std::uint32_t>(ports.clock.nowUs() - begin_);
        return Progress::Finished;
    }
    if (++line_ < wire::lineCount) return Progress::Worked;
    line_ = 0;
    if (stage_ == Stage::Pulls) {
        stage_ = Stage::Drivers;
        return Progress::Worked;
    }
    stage_ = Stage::PowerUp;
    pause_.begin(ports.clock, supplyOff_ ? request_.powerUpUs : 0);
    restore(ports);
    return Progress::Worked;
}

void LineTest::restore(Ports& ports) {
    if (taken_) ports.lines->giveBack();
    if (supplyOff_) ports.lines->setSupply(true);
    taken_ = false;
    supplyOff_ = false;
}

void LineTest::stop(Ports& ports) {
    restore(ports);
}

} // namespace framegate::firmware
