// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trace.h"

#include "support/fake_ports.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using firmware::TraceRing;
using test::FakeChip;
using testing::ElementsAre;
using wire::Opcode;
using wire::TraceAction;
using wire::TraceKind;

using List = std::vector<std::uint8_t>;

wire::TraceDone trace(FakeChip& chip, TraceAction action) {
    chip.ask(Opcode::Trace, wire::TraceRequest{action});
    EXPECT_TRUE(chip.finish());
    return chip.answer<wire::TraceDone>();
}

std::vector<wire::TraceEntry> entriesOf(const wire::TraceDone& done) {
    std::vector<wire::TraceEntry> entries;
    for (auto rest = done.entries.view; !rest.empty(); rest = rest.subspan(wire::traceEntryBytes))
        entries.push_back(wire::decode<wire::TraceEntry>(rest.first(wire::traceEntryBytes)).value());
    return entries;
}

void readRegisters(FakeChip& chip, unsigned count) {
    List list;
    for (unsigned i = 0; i < count; ++i)
        list.insert(list.end(), {2, 0x40});
    chip.ask(Opcode::SpiBatch, wire::SpiBatchRequest{{list}});
    ASSERT_TRUE(chip.finish());
}

TEST(Trace, IsOffUntilSwitchedOn) {
    FakeChip chip;
    readRegisters(chip, 3);
    const auto done = trace(chip, TraceAction::Fetch);
    EXPECT_FALSE(done.on);
    EXPECT_TRUE(done.entries.view.empty());
}

TEST(Trace, SpiAccesses_AreWrittenDownWithBytesAndTimes) {
    FakeChip chip;
    chip.spi.registers[0x40] = 0x73;
    EXPECT_TRUE(trace(chip, TraceAction::On).on);
    const List list = {1, 0x07, 0x80, 3, 0xE8, 0x03, 0, 0, 2, 0x40};
    chip.ask(Opcode::SpiBatch, wire::SpiBatchRequest{{list}});
    ASSERT_TRUE(chip.finish());
    const auto entries = entriesOf(trace(chip, TraceAction::Fetch));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_THAT(entries[0].first, ElementsAre(0x87, 0x80, 0, 0));
    EXPECT_THAT(entries[1].first, ElementsAre(0x40, 0, 0, 0x73));
    EXPECT_EQ(entries[1].bytes, 2U);
    EXPECT_EQ(entries[1].kind, TraceKind::Spi);
    EXPECT_EQ(entries[1].tookUs, 2U);
    EXPECT_GE(entries[1].beginUs - entries[0].beginUs, 1000U);
}

TEST(Trace, Burst_IsOneEntryWithAllItsBytes) {
    FakeChip chip;
    trace(chip, TraceAction::On);
    chip.ask(Opcode::ReadFifo, wire::ReadFifoRequest{0x3C, 0, 10'000});
    ASSERT_TRUE(chip.finish());
    const auto entries = entriesOf(trace(chip, TraceAction::Fetch));
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].bytes, 10'001U);
    EXPECT_EQ(entries[0].first[0], 0x3C);
    EXPECT_GE(entries[0].tookUs, 10'000U);
}

TEST(Trace, I2cTransfers_AreWrittenDownWithTheirOutcome) {
    FakeChip chip;
    chip.i2c.nacksAt = {1};
    chip.i2c.registers[0x0A] = 0x26;
    trace(chip, TraceAction::On);
    const List list = {1, 2, 0xFF, 0x01, 1, 2, 0x11, 0x02, 2, 1, 0x0A, 1};
    chip.ask(Opcode::I2cScript,
             wire::I2cScriptRequest{0x30, wire::i2cGoOnAfterNack | wire::i2cRepeatedStart, 0, {list}});
    ASSERT_TRUE(chip.finish());
    const auto entries = entriesOf(trace(chip, TraceAction::Fetch));
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_THAT(entries[0].first, ElementsAre(0xFF, 0x01, 0, 0));
    EXPECT_EQ(entries[0].address, 0x30);
    EXPECT_EQ(entries[1].outcome, wire::TraceOutcome::Nack);
    EXPECT_EQ(entries[2].kind, TraceKind::I2cWriteHeld);
    EXPECT_EQ(entries[3].kind, TraceKind::I2cRead);
    EXPECT_EQ(entries[3].first[0], 0x26);
}

TEST(Trace, FullRing_KeepsTheNewestAndCountsTheLost) {
    FakeChip chip;
    trace(chip, TraceAction::On);
    readRegisters(chip, TraceRing::capacity);
    chip.spi.registers[0x40] = 0x99;
    readRegisters(chip, 30);
    std::vector<wire::TraceEntry> all;
    wire::TraceDone done;
    do {
        done = trace(chip, TraceAction::Fetch);
        EXPECT_EQ(done.lost, 30U);
        const auto some = entriesOf(done);
        ASSERT_FALSE(some.empty());
        all.insert(all.end(), some.begin(), some.end());
    } while (done.left > 0);
    ASSERT_EQ(all.size(), TraceRing::capacity);
    EXPECT_EQ(all.back().first[3], 0x99);
    EXPECT_TRUE(trace(chip, TraceAction::Fetch).entries.view.empty());
}

TEST(Trace, SwitchedOff_KeepsWhatItHas) {
    FakeChip chip;
    trace(chip, TraceAction::On);
    readRegisters(chip, 2);
    trace(chip, TraceAction::Off);
    readRegisters(chip, 2);
    EXPECT_EQ(entriesOf(trace(chip, TraceAction::Fetch)).size(), 2U);
    EXPECT_EQ(trace(chip, TraceAction::On).left, 0);
}

TEST(Trace, UnknownAction_IsRefused) {
    FakeChip chip;
    chip.ask(Opcode::Trace, wire::TraceRequest{static_cast<TraceAction>(3)});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), wire::Status::BadArgument);
}

} // namespace
} // namespace framegate
