// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/line_verdict.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using wire::Line;
using wire::lineBit;

constexpr std::uint8_t busLines = lineBit(Line::Sda) | lineBit(Line::Scl);

std::size_t at(Line line) {
    return static_cast<std::size_t>(line);
}

/// What a board reports of a good module.
wire::LineTestDone good() {
    wire::LineTestDone lines;
    lines.pulledUp = wire::allLines;
    lines.pulledDown = busLines;
    for (unsigned i = 0; i < wire::lineCount; ++i) {
        lines.whileLow[i] = static_cast<std::uint8_t>(wire::allLines & ~(1U << i));
        lines.whileHigh[i] = static_cast<std::uint8_t>(busLines | 1U << i | lineBit(Line::Cs));
    }
    lines.riseCsNs = lines.riseSckNs = lines.riseMosiNs = lines.riseMisoNs = 1500;
    lines.riseSdaNs = lines.riseSclNs = 90;
    lines.railMv = 3287;
    lines.currentUa = 68'000;
    return lines;
}

wire::LineTestDone withoutAdc(wire::LineTestDone lines) {
    lines.railMv = lines.currentUa = wire::notMeasured;
    return lines;
}

wire::LineTestDone emptySlot() {
    auto lines = good();
    lines.pulledDown = 0;
    for (unsigned i = 0; i < wire::lineCount; ++i)
        lines.whileHigh[i] = static_cast<std::uint8_t>(1U << i | lineBit(Line::Cs));
    lines.riseSdaNs = lines.riseSclNs = 1100;
    lines.currentUa = 0;
    return lines;
}

/// Every level, the line's own included, is low unless it is driven.
wire::LineTestDone openVcc() {
    auto lines = good();
    lines.pulledUp = lines.pulledDown = 0;
    lines.whileLow.fill(0);
    lines.currentUa = 0;
    return lines;
}

wire::LineTestDone openGnd() {
    auto lines = good();
    lines.pulledDown = wire::allLines;
    lines.whileHigh.fill(wire::allLines);
    lines.currentUa = 0;
    return lines;
}

TEST(LineVerdict, GoodModule_IsWholeWithAndWithoutAdc) {
    EXPECT_EQ(judgeWires(good()).state, WireState::Whole);
    EXPECT_EQ(judgeWires(withoutAdc(good())).state, WireState::Whole);
    EXPECT_TRUE(judgeWires(good()).code.empty());
}

TEST(LineVerdict, ModuleInStandby_IsWhole) {
    auto lines = good();
    lines.currentUa = 16'000;
    EXPECT_EQ(judgeWires(lines).state, WireState::Whole);
}

TEST(LineVerdict, SelectedModuleThatPullsMisoLow_IsWhole) {
    auto lines = good();
    lines.whileLow[at(Line::Cs)] = busLines | lineBit(Line::Sck) | lineBit(Line::Mosi);
    EXPECT_EQ(judgeWires(lines).state, WireState::Whole);
}

TEST(LineVerdict, EmptySlot_IsToldByItsLackOfCurrent) {
    EXPECT_EQ(judgeWires(emptySlot()).state, WireState::EmptySlot);
    EXPECT_EQ(judgeWires(withoutAdc(emptySlot())).state, WireState::Whole);
}

TEST(LineVerdict, OpenVcc_IsTheUnitsWhereTheFixturesSupplyIsSeen) {
    const auto verdict = judgeWires(openVcc());
    EXPECT_EQ(verdict.code, "MODULE_UNPOWERED");
    EXPECT_THAT(verdict.detail, HasSubstr("VCC"));
    const auto unseen = judgeWires(withoutAdc(openVcc()));
    EXPECT_EQ(unseen.state, WireState::NotTold);
    EXPECT_EQ(unseen.code, "NO_MODULE");
}

TEST(LineVerdict, DeadSupplyOfTheFixture_IsNotTheUnits) {
    auto lines = openVcc();
    lines.railMv = 3;
    EXPECT_EQ(judgeWires(lines).state, WireState::NotTold);
    EXPECT_EQ(judgeWires(lines).code, "SUPPLY_OFF");
    lines.currentUa = wire::notMeasured;
    EXPECT_EQ(judgeWires(lines).code, "SUPPLY_OFF");
}

TEST(LineVerdict, MeasurementThatContradictsTheWires_IsTheFixtures) {
    auto noRail = good();
    noRail.railMv = 0;
    auto noCurrent = good();
    noCurrent.currentUa = 0;
    for (const auto& lines : {noRail, noCurrent}) {
        EXPECT_EQ(judgeWires(lines).state, WireState::NotTold);
        EXPECT_EQ(judgeWires(lines).code, "SUPPLY_MEASUREMENT");
    }
}

TEST(LineVerdict, OpenGnd_NeedsTheCurrent) {
    const auto verdict = judgeWires(openGnd());
    EXPECT_EQ(verdict.code, "MODULE_UNPOWERED");
    EXPECT_THAT(verdict.detail, HasSubstr("GND"));
    EXPECT_EQ(judgeWires(withoutAdc(openGnd())).state, WireState::Whole);
}

/// A board whose inputs have pull-ups of their own is no module with an open GND.
TEST(LineVerdict, PullUpsOnAllInputsWithCurrent_IsWhole) {
    auto lines = openGnd();
    lines.currentUa = 68'000;
    EXPECT_EQ(judgeWires(lines).state, WireState::Whole);
}

TEST(LineVerdict, CollapsedRail_NamesVoltageAndCurrent) {
    auto lines = openVcc();
    lines.railMv = 650;
    lines.currentUa = 1'000'000;
    const auto verdict = judgeWires(lines);
    EXPECT_EQ(verdict.code, "SUPPLY_SHORT");
    EXPECT_THAT(verdict.detail, AllOf(HasSubstr("650 mV"), HasSubstr("1000 mA")));
}

class LineVerdictOf : public testing::TestWithParam<unsigned> {
protected:
    Line line() const { return static_cast<Line>(GetParam()); }
    std::uint8_t bit() const { return lineBit(line()); }
};

TEST_P(LineVerdictOf, HeldLow_TouchesGnd) {
    auto lines = good();
    lines.pulledUp &= static_cast<std::uint8_t>(~bit());
    lines.pulledDown &= static_cast<std::uint8_t>(~bit());
    for (auto* list : {&lines.whileLow, &lines.whileHigh})
        for (auto& levels : *list)
            levels &= static_cast<std::uint8_t>(~bit());
    const auto verdict = judgeWires(lines);
    EXPECT_EQ(verdict.code, "LINE_SHORT");
    EXPECT_THAT(verdict.detail, AllOf(HasSubstr(lineName(line()) + " stays low"), HasSubstr("GND")));
}

TEST_P(LineVerdictOf, HeldHigh_TouchesVcc) {
    auto lines = good();
    lines.pulledDown |= bit();
    for (auto* list : {&lines.whileLow, &lines.whileHigh})
        for (auto& levels : *list)
            levels |= bit();
    const auto verdict = judgeWires(lines);
    EXPECT_EQ(verdict.code, "LINE_SHORT");
    EXPECT_THAT(verdict.detail, AllOf(HasSubstr(lineName(line()) + " stays high"), HasSubstr("VCC")));
}

TEST_P(LineVerdictOf, FollowingEveryOther_IsAShortOfThePair) {
    for (unsigned other = 0; other < wire::lineCount; ++other) {
        const auto pair = static_cast<std::uint8_t>(bit() | 1U << other);
        const bool selects = pair == (lineBit(Line::Cs) | lineBit(Line::Miso));
        if (other == GetParam() || selects) continue;
        auto lines = good();
        lines.whileLow[GetParam()] &= static_cast<std::uint8_t>(~pair);
        EXPECT_EQ(judgeWires(lines).state, WireState::Whole) << "one way only is a driver of the module's";
        lines.whileLow[other] &= static_cast<std::uint8_t>(~pair);
        EXPECT_THAT(judgeWires(lines).detail,
                    AllOf(HasSubstr(lineName(line())), HasSubstr("follow each other")));
    }
}

INSTANTIATE_TEST_SUITE_P(EachWire, LineVerdictOf, testing::Range(0U, 6U));

TEST(LineVerdict, PullUpOnOneBusLineOnly_IsAnOpenWire) {
    for (const auto missing : {Line::Sda, Line::Scl}) {
        auto lines = good();
        lines.pulledDown &= static_cast<std::uint8_t>(~lineBit(missing));
        const auto verdict = judgeWires(lines);
        EXPECT_EQ(verdict.code, "LINE_OPEN");
        EXPECT_THAT(verdict.detail, HasSubstr(lineName(missing) + " lacks"));
    }
}

/// Two open wires at once or no module: only SPI can tell, so it is left to the identification.
TEST(LineVerdict, PullUpOnNeitherBusLineWithCurrent_IsLeftToWhoeverTalks) {
    auto lines = good();
    lines.pulledDown = 0;
    EXPECT_EQ(judgeWires(lines).state, WireState::Whole);
}

} // namespace
} // namespace framegate
