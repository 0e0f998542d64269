// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fake_ports.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::FakeChip;
using wire::Line;
using wire::lineBit;
using wire::Status;

wire::LineTestDone tested(FakeChip& chip, const wire::LineTestRequest& request = {}) {
    chip.ask(wire::Opcode::LineTest, request);
    EXPECT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Ok);
    return chip.answer<wire::LineTestDone>();
}

std::uint8_t at(const std::array<std::uint8_t, wire::lineCount>& list, Line line) {
    return list[static_cast<std::size_t>(line)];
}

TEST(LineTest, HealthyModule_ShowsItsTwoPullUpsAndFollowsEveryDriver) {
    FakeChip chip;
    const auto done = tested(chip);
    EXPECT_EQ(done.pulledUp, wire::allLines);
    EXPECT_EQ(done.pulledDown, lineBit(Line::Sda) | lineBit(Line::Scl));
    for (unsigned i = 0; i < wire::lineCount; ++i) {
        EXPECT_EQ(done.whileLow[i], wire::allLines & ~(1U << i));
        EXPECT_NE(done.whileHigh[i] & (1U << i), 0U);
    }
    EXPECT_EQ(done.riseSdaNs, 180U);
    EXPECT_EQ(done.riseCsNs, 2200U);
}

TEST(LineTest, Afterwards_TheWiresAreGivenBackAndTheTimeIsBounded) {
    FakeChip chip;
    const auto done = tested(chip);
    EXPECT_FALSE(chip.lines.taken);
    EXPECT_EQ(chip.lines.givenBack, 1);
    EXPECT_LT(done.elapsedUs, 60'000U);
    EXPECT_LE(chip.clock.longestDelay, 1000U); // the caller's loop is never away for long
}

TEST(LineTest, WhileAWireIsHigh_ChipSelectIsPulledUp) {
    FakeChip chip;
    const auto done = tested(chip);
    EXPECT_EQ(at(done.whileHigh, Line::Mosi) & lineBit(Line::Cs), lineBit(Line::Cs));
    EXPECT_EQ(at(done.whileHigh, Line::Mosi) & lineBit(Line::Sck), 0);
}

class LineTestOf : public testing::TestWithParam<unsigned> {
protected:
    unsigned line() const { return GetParam(); }
    std::uint8_t bit() const { return static_cast<std::uint8_t>(1U << line()); }
};

TEST_P(LineTestOf, HeldLow_NeverRises) {
    FakeChip chip;
    chip.lines.heldLow = bit();
    const auto done = tested(chip);
    EXPECT_EQ(done.pulledUp, wire::allLines & ~bit());
    EXPECT_EQ(done.whileHigh[line()] & bit(), 0);
}

TEST_P(LineTestOf, HeldHigh_DoesNotFollowALowDriver) {
    FakeChip chip;
    chip.lines.heldHigh = bit();
    const auto done = tested(chip);
    EXPECT_NE(done.whileLow[line()] & bit(), 0);
    EXPECT_NE(done.pulledDown & bit(), 0);
}

TEST_P(LineTestOf, ShortedToTheNext_TakesItAlong) {
    FakeChip chip;
    const auto next = (line() + 1) % wire::lineCount;
    chip.lines.shortedPair = static_cast<std::uint8_t>(bit() | 1U << next);
    const auto done = tested(chip);
    EXPECT_EQ(done.whileLow[line()] & (1U << next), 0U);
    EXPECT_EQ(done.whileLow[next] & bit(), 0);
}

INSTANTIATE_TEST_SUITE_P(EachWire, LineTestOf, testing::Range(0U, 6U));

TEST(LineTest, NoPullUpAtTheModule_RisesSlowly) {
    FakeChip chip;
    chip.lines.modulePulls = lineBit(Line::Scl);
    const auto done = tested(chip);
    EXPECT_EQ(done.pulledDown, lineBit(Line::Scl));
    EXPECT_EQ(done.riseSdaNs, 2200U);
}

TEST(LineTest, RiseBeyondItsBound_IsNever) {
    FakeChip chip;
    wire::LineTestRequest request;
    request.riseBoundNs = 1000;
    EXPECT_EQ(tested(chip, request).riseCsNs, wire::neverRose);
}

TEST(LineTest, SupplyOff_IsOnAgainAfterwardsAndWaitedFor) {
    FakeChip chip;
    chip.lines.hasSwitch = true;
    wire::LineTestRequest request;
    request.flags = wire::lineTestUnpowered;
    request.powerUpUs = 300'000;
    chip.ask(wire::Opcode::LineTest, request);
    EXPECT_FALSE(chip.lines.supply);
    EXPECT_TRUE(chip.finish());
    EXPECT_TRUE(chip.lines.supply);
    EXPECT_GE(chip.answer<wire::LineTestDone>().elapsedUs, 300'000U);
}

TEST(LineTest, SupplyOffWithoutASwitch_IsUnsupported) {
    FakeChip chip;
    wire::LineTestRequest request;
    request.flags = wire::lineTestUnpowered;
    chip.ask(wire::Opcode::LineTest, request);
    EXPECT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Unsupported);
    EXPECT_FALSE(chip.lines.taken);
}

TEST(LineTest, TimesBeyondAnyUse_AreRefused) {
    for (const auto member : {&wire::LineTestRequest::settleUs, &wire::LineTestRequest::riseBoundNs,
                              &wire::LineTestRequest::dischargeUs, &wire::LineTestRequest::powerUpUs}) {
        FakeChip chip;
        wire::LineTestRequest request;
        request.*member = 0xFFFFFFFF;
        chip.ask(wire::Opcode::LineTest, request);
        EXPECT_TRUE(chip.finish());
        EXPECT_EQ(chip.status(), Status::BadArgument);
    }
}

TEST(LineTest, ResetOfTheLinkAtAnyMoment_RestoresWiresAndSupply) {
    for (int pieces = 0; pieces < 70; ++pieces) {
        FakeChip chip;
        chip.lines.hasSwitch = true;
        wire::LineTestRequest request;
        request.flags = wire::lineTestUnpowered;
        chip.ask(wire::Opcode::LineTest, request);
        for (int i = 0; i < pieces; ++i)
            chip.core.poll();
        chip.core.abort();
        EXPECT_FALSE(chip.lines.taken) << pieces;
        EXPECT_TRUE(chip.lines.supply) << pieces;
    }
}

TEST(LineTest, BoardWithoutThePorts_IsUnsupported) {
    FakeChip chip;
    firmware::Core bare({chip.clock, chip.spi, chip.i2c, chip.link, chip.board}, FakeChip::identity());
    for (const auto opcode : {wire::Opcode::LineTest, wire::Opcode::Supply}) {
        std::vector<std::uint8_t> frame(wire::frameLimit);
        const wire::Header header{.kind = wire::Kind::Request, .opcode = opcode, .tag = 5};
        frame.resize(opcode == wire::Opcode::LineTest
                         ? wire::writeMessage(frame, header, wire::LineTestRequest{})
                         : wire::writeMessage(frame, header, wire::SupplyRequest{}));
        bare.receive(frame);
        bare.poll();
        EXPECT_EQ(chip.status(), Status::Unsupported);
    }
}

TEST(LineTest, Supply_IsMeasuredWhileNothingDrivesAWire) {
    FakeChip chip;
    chip.adc.lines = &chip.lines;
    const auto done = tested(chip);
    EXPECT_EQ(done.railMv, 3300U);
    EXPECT_EQ(done.currentUa, 70'000U);
    EXPECT_EQ(chip.adc.drivesThen.size(), 1U);
    for (const auto drive : chip.adc.drivesThen.at(0))
        EXPECT_EQ(drive, firmware::Drive::PullUp);
}

TEST(Supply, BothChannels_AreTold) {
    FakeChip chip;
    chip.ask(wire::Opcode::Supply, wire::SupplyRequest{});
    EXPECT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::SupplyDone>().railMv, 3300U);
    EXPECT_EQ(chip.answer<wire::SupplyDone>().currentUa, 70'000U);
}

TEST(Supply, OneChannelMissing_TheOtherIsTold) {
    FakeChip chip;
    chip.adc.mv = wire::notMeasured;
    chip.ask(wire::Opcode::Supply, wire::SupplyRequest{});
    EXPECT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::SupplyDone>().currentUa, 70'000U);
}

TEST(Supply, NoChannel_IsUnsupported) {
    FakeChip chip;
    chip.adc.mv = wire::notMeasured;
    chip.adc.ua = wire::notMeasured;
    chip.ask(wire::Opcode::Supply, wire::SupplyRequest{});
    EXPECT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Unsupported);
}

} // namespace
} // namespace framegate
