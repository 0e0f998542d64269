// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/core.h"

#include "support/fake_ports.h"
#include "support/random_frames.h"

#include <gmock/gmock.h>
#include <random>
#include <set>

namespace framegate {
namespace {

using test::FakeChip;
using testing::ElementsAre;
using wire::Kind;
using wire::Opcode;
using wire::Status;

using List = std::vector<std::uint8_t>;

wire::I2cScriptRequest script(const List& list, std::uint32_t pauseUs = 0, std::uint8_t flags = 0) {
    return {0x30, flags, pauseUs, {list}};
}

TEST(Core, Hello_SaysWhoIsThere) {
    FakeChip chip;
    chip.ask(Opcode::Hello, wire::HelloRequest{});
    ASSERT_TRUE(chip.finish());
    const auto done = chip.answer<wire::HelloDone>();
    EXPECT_EQ(done.version.view, "1.2.3");
    EXPECT_EQ(done.boardId[7], 7);
    EXPECT_EQ(chip.last().header.tag, 5);
    EXPECT_EQ(chip.last().header.kind, Kind::Done);
}

TEST(Core, SpiBatch_WritesReadsWaitsAndPolls) {
    FakeChip chip;
    chip.spi.registers[0x40] = 0x73;
    chip.spi.pollsUntilDone = 3;
    const List list = {1, 0x00, 0x55, 2,    0x00, 2, 0x40, 3, 0x10, 0x27, 0, 0,
                       4, 0x41, 0x08, 0x08, 100,  0, 0,    0, 0x10, 0x27, 0, 0};
    chip.ask(Opcode::SpiBatch, wire::SpiBatchRequest{{list}});
    ASSERT_TRUE(chip.finish());
    const auto done = chip.answer<wire::SpiBatchDone>();
    EXPECT_THAT(done.values.view, ElementsAre(0x55, 0x73, 0x09));
    EXPECT_GE(done.elapsedUs, 10'000U + 3 * 100U);
}

TEST(Core, SpiPollThatNeverMatches_TimesOutWithTheLastByte) {
    FakeChip chip;
    chip.spi.pollsUntilDone = 1'000'000;
    const List list = {2, 0x00, 4, 0x41, 0x08, 0x08, 100, 0, 0, 0, 0x10, 0x27, 0, 0};
    chip.ask(Opcode::SpiBatch, wire::SpiBatchRequest{{list}});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::PollTimeout);
    EXPECT_EQ(chip.answer<wire::Failure>().operation, 1);
    EXPECT_EQ(chip.answer<wire::Failure>().detail, 0x01U);
}

TEST(Core, BadOperationAtTheEnd_IsRefusedBeforeAnythingIsDone) {
    FakeChip chip;
    const List list = {1, 0x00, 0x55, 9};
    chip.ask(Opcode::SpiBatch, wire::SpiBatchRequest{{list}});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::BadArgument);
    EXPECT_TRUE(chip.spi.writes.empty());
}

TEST(Core, I2cScript_WritesReadsAndChecks) {
    FakeChip chip;
    const List list = {1,    2, 0x10, 0xAB, 2,    1,    0x10, 1, 5,    1,    0x10, 0xFF,
                       0xAB, 5, 1,    0x10, 0xFF, 0xAC, 5,    1, 0x10, 0xF0, 0xA0};
    chip.ask(Opcode::I2cScript, script(list));
    ASSERT_TRUE(chip.finish());
    const auto done = chip.answer<wire::I2cScriptDone>();
    EXPECT_EQ(done.operations, 5);
    EXPECT_EQ(done.mismatches, 1);
    EXPECT_EQ(done.firstMismatch, 3);
    EXPECT_THAT(done.values.view, ElementsAre(0xAB, 0xAB, 0xAB, 0xAB));
}

TEST(Core, PauseBetweenWrites_IsNeverShorterThanAsked) {
    FakeChip chip;
    List list;
    for (std::uint8_t i = 0; i < 20; ++i)
        list.insert(list.end(), {1, 2, i, i});
    chip.ask(Opcode::I2cScript, script(list, 1000));
    ASSERT_TRUE(chip.finish());
    for (std::size_t i = 1; i < chip.i2c.starts.size(); ++i) {
        const auto pause = chip.i2c.starts[i] - chip.i2c.stops[i - 1];
        EXPECT_GE(pause, 1000U);
        EXPECT_LE(pause, 1070U);
    }
}

/// A timer that shows whole microseconds, and waits until it shows the one awaited.
class TickingClock : public firmware::ClockPort {
public:
    std::uint64_t nowUs() override { return ns / 1000; }
    void delayUs(std::uint32_t us) override { ns = (nowUs() + us) * 1000; }
    std::uint64_t ns = 0;
};

TEST(Pause, BegunLateInAMicrosecond_IsNotShort) {
    TickingClock clock;
    clock.ns = 5'999;
    firmware::Pause pause;
    pause.begin(clock, 10);
    while (pause.wait(clock)) {
    }
    EXPECT_GE(clock.ns, 5'999U + 10'000);
    EXPECT_LE(clock.ns, 5'999U + 11'001);
}

TEST(Pause, OfNothing_IsOver) {
    TickingClock clock;
    firmware::Pause pause;
    pause.begin(clock, 0);
    EXPECT_FALSE(pause.wait(clock));
}

TEST(Core, I2cTransferWithoutBytes_IsRefusedBeforeAnythingIsDone) {
    for (const List& list : {List{1, 2, 0x10, 0xAB, 1, 0}, List{1, 2, 0x10, 0xAB, 2, 0, 1},
                             List{1, 2, 0x10, 0xAB, 2, 1, 0x10, 0}, List{1, 2, 0x10, 0xAB, 5, 0, 0xFF, 0}}) {
        FakeChip chip;
        chip.ask(Opcode::I2cScript, script(list));
        ASSERT_TRUE(chip.finish());
        EXPECT_EQ(chip.status(), Status::BadArgument);
        EXPECT_EQ(chip.clock.nowUs(), 0U);
    }
}

TEST(Core, RepeatedStart_HoldsTheBus) {
    FakeChip chip;
    const List list = {2, 1, 0x10, 1};
    chip.ask(Opcode::I2cScript, script(list, 0, wire::i2cRepeatedStart));
    ASSERT_TRUE(chip.finish());
    EXPECT_TRUE(chip.i2c.held);
}

TEST(Core, Nack_EndsTheScriptWithItsIndex) {
    FakeChip chip;
    chip.i2c.nacksToCome = 1;
    const List list = {1, 2, 0x10, 1, 1, 2, 0x11, 1};
    chip.ask(Opcode::I2cScript, script(list));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::I2cNack);
    EXPECT_EQ(chip.answer<wire::Failure>().operation, 0);
    EXPECT_EQ(chip.i2c.registers[0x11], 0);
}

TEST(Core, NackWithGoOn_IsCountedAndKeepsLaterValuesInPlace) {
    FakeChip chip;
    chip.i2c.nacksToCome = 1;
    chip.i2c.registers[0x10] = 0x77;
    const List list = {2, 1, 0x10, 1, 2, 1, 0x10, 1};
    chip.ask(Opcode::I2cScript, script(list, 0, wire::i2cGoOnAfterNack));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::I2cScriptDone>().nacks, 1);
    EXPECT_THAT(chip.answer<wire::I2cScriptDone>().values.view, ElementsAre(0xFF, 0x77));
}

TEST(Core, NackWithRetries_IsCountedAndTheOperationDoneAgain) {
    FakeChip chip;
    chip.i2c.nacksToCome = 2;
    const List list = {1, 2, 0x10, 0x55, 1, 2, 0x11, 0x66};
    chip.ask(Opcode::I2cScript, script(list, 0, 2 << wire::i2cRetriesShift));
    ASSERT_TRUE(chip.finish());
    ASSERT_EQ(chip.status(), Status::Ok);
    EXPECT_EQ(chip.answer<wire::I2cScriptDone>().nacks, 2);
    EXPECT_EQ(chip.i2c.registers[0x10], 0x55);
    EXPECT_EQ(chip.i2c.registers[0x11], 0x66);
}

TEST(Core, MoreNacksThanRetries_EndTheScriptWithItsIndex) {
    FakeChip chip;
    chip.i2c.nacksToCome = 3;
    const List list = {1, 2, 0x10, 0x55, 1, 2, 0x11, 0x66};
    chip.ask(Opcode::I2cScript, script(list, 0, 2 << wire::i2cRetriesShift));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::I2cNack);
    EXPECT_EQ(chip.answer<wire::Failure>().operation, 0);
}

TEST(Core, RetriesOfOneOperation_AreNotThoseOfTheNext) {
    FakeChip chip;
    const List list = {1, 2, 0x10, 0x55, 1, 2, 0x11, 0x66};
    chip.i2c.nacksAt = {0, 2};
    chip.ask(Opcode::I2cScript, script(list, 0, 1 << wire::i2cRetriesShift));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Ok);
    EXPECT_EQ(chip.answer<wire::I2cScriptDone>().nacks, 2);
}

TEST(Core, BusHeldLow_IsATimeoutEvenWithGoOn) {
    FakeChip chip;
    chip.i2c.stuckLow = true;
    const List list = {1, 2, 0x10, 1};
    chip.ask(Opcode::I2cScript, script(list, 0, wire::i2cGoOnAfterNack));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::I2cTimeout);
}

TEST(Core, MoreReadsThanAnAnswerHolds_AreRefused) {
    FakeChip chip;
    List list;
    for (int i = 0; i < 40; ++i)
        list.insert(list.end(), {2, 1, 0x10, 64});
    chip.ask(Opcode::I2cScript, script(list));
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::ReplyTooLong);
}

TEST(Core, LongDelay_IsSleptInSlices) {
    FakeChip chip;
    const List list = {3, 0x40, 0x0D, 0x03, 0}; // 200 ms
    chip.ask(Opcode::I2cScript, script(list));
    ASSERT_TRUE(chip.finish());
    EXPECT_GE(chip.answer<wire::I2cScriptDone>().elapsedUs, 200'000U);
    EXPECT_LE(chip.clock.longestDelay, 1000U);
}

TEST(Core, Capture_ClearsTwiceStartsAndReadsTheLength) {
    FakeChip chip;
    chip.spi.pollsUntilDone = 4;
    chip.spi.registers[0x42] = 0x34;
    chip.spi.registers[0x43] = 0x12;
    chip.spi.registers[0x44] = 0x81; // bit 23 is no part of the length
    chip.ask(Opcode::Capture, wire::CaptureRequest{});
    ASSERT_TRUE(chip.finish());
    EXPECT_THAT(chip.spi.writes, ElementsAre(std::pair{4, 1}, std::pair{4, 1}, std::pair{4, 2}));
    EXPECT_EQ(chip.answer<wire::CaptureDone>().fifoBytes, 0x011234U);
    EXPECT_EQ(chip.answer<wire::CaptureDone>().status, 0x09);
}

TEST(Core, CaptureThatIsNeverDone_TimesOut) {
    FakeChip chip;
    chip.spi.pollsUntilDone = 1'000'000;
    wire::CaptureRequest request;
    request.deadlineUs = 50'000;
    chip.ask(Opcode::Capture, request);
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::CaptureTimeout);
    EXPECT_LT(chip.clock.us, 60'000U);
}

/// Joins the chunks of a FIFO read and checks that there is no gap.
List joined(const FakeChip& chip) {
    List all;
    for (std::size_t i = 0; i + 1 < chip.link.frames.size(); ++i) {
        const auto chunk =
            wire::decode<wire::FifoChunk>(wire::readFrame(chip.link.frames[i])->payload).value();
        EXPECT_EQ(chunk.offset, all.size());
        all.insert(all.end(), chunk.bytes.view.begin(), chunk.bytes.view.end());
    }
    return all;
}

TEST(Core, ReadFifo_StreamsEveryByteAndItsCrc) {
    for (const std::uint32_t length : {0U, 1U, 4080U, 4081U, 10'000U}) {
        FakeChip chip;
        wire::ReadFifoRequest request;
        request.length = length;
        chip.ask(Opcode::ReadFifo, request);
        ASSERT_TRUE(chip.finish());
        const auto bytes = joined(chip);
        ASSERT_EQ(bytes.size(), length);
        for (std::uint32_t i = 0; i < length; ++i)
            ASSERT_EQ(bytes[i], static_cast<std::uint8_t>(i));
        EXPECT_EQ(chip.answer<wire::ReadFifoDone>().crc32, wire::crc32(bytes));
        EXPECT_FALSE(chip.spi.selected);
    }
}

TEST(Core, ReadFifoCrcOnly_SendsOneFrame) {
    FakeChip chip;
    wire::ReadFifoRequest request;
    request.length = 10'000;
    request.flags = wire::readCrcOnly;
    chip.ask(Opcode::ReadFifo, request);
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.link.frames.size(), 1U);
    EXPECT_EQ(chip.answer<wire::ReadFifoDone>().length, 10'000U);
}

TEST(Core, HostThatStopsReading_StallsTheStreamAndLosesNothing) {
    FakeChip chip;
    chip.link.room = 1;
    wire::ReadFifoRequest request;
    request.length = 20'000;
    chip.ask(Opcode::ReadFifo, request);
    EXPECT_FALSE(chip.finish());
    EXPECT_EQ(chip.link.frames.size(), 1U);
    chip.link.room = 100;
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(joined(chip).size(), 20'000U);
}

TEST(Core, AbortInMidStream_LetsGoOfTheBusAndTheNextRequestWorks) {
    FakeChip chip;
    chip.link.room = 1;
    wire::ReadFifoRequest request;
    request.length = 20'000;
    chip.ask(Opcode::ReadFifo, request);
    chip.finish();
    chip.core.abort();
    EXPECT_FALSE(chip.spi.selected);
    EXPECT_FALSE(chip.core.busy());
    chip.link.room = 10;
    chip.ask(Opcode::Standby, wire::StandbyRequest{0x06, 0x02, 0});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::StandbyDone>().value, 0x02);
}

TEST(Core, Standby_SetsAndClearsBitsOfTheRegister) {
    FakeChip chip;
    chip.spi.registers[0x06] = 0x05;
    chip.ask(Opcode::Standby, wire::StandbyRequest{0x06, 0x02, 0x01});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::StandbyDone>().value, 0x06);
}

TEST(Core, Clocks_AreHeldToWhatTheBoardCan) {
    FakeChip chip;
    chip.ask(Opcode::SetClocks, wire::SetClocksRequest{100'000'000, 50'000});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.answer<wire::SetClocksDone>().spiHz, 8'000'000U);
    EXPECT_EQ(chip.answer<wire::SetClocksDone>().i2cHz, 50'000U);
    chip.ask(Opcode::SetClocks, wire::SetClocksRequest{0, 1});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::BadArgument);
}

TEST(Core, Led_IsSetAndUnknownPatternsAreRefused) {
    FakeChip chip;
    chip.ask(Opcode::Led, wire::LedRequest{wire::LedPattern::Blink});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.board.led, wire::LedPattern::Blink);
    chip.ask(Opcode::Led, wire::LedRequest{static_cast<wire::LedPattern>(9)});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::BadArgument);
}

TEST(Core, Reboot_IsAnsweredFirst) {
    FakeChip chip;
    chip.link.room = 0;
    chip.ask(Opcode::Reboot, wire::RebootRequest{wire::RebootTarget::Bootsel});
    chip.core.poll();
    EXPECT_EQ(chip.board.reboots, 0);
    chip.link.room = 1;
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.last().header.kind, Kind::Done);
    EXPECT_EQ(chip.board.reboots, 1);
    EXPECT_EQ(chip.board.rebootTo, wire::RebootTarget::Bootsel);
}

TEST(Core, RequestWhileBusy_IsRefusedAndTheFirstIsAnswered) {
    FakeChip chip;
    chip.ask(Opcode::Capture, wire::CaptureRequest{}, 1);
    chip.ask(Opcode::Hello, wire::HelloRequest{}, 2);
    ASSERT_TRUE(chip.finish());
    ASSERT_EQ(chip.link.frames.size(), 2U);
    const auto busy = wire::readFrame(chip.link.frames[0]).value();
    EXPECT_EQ(busy.header.status, Status::Busy);
    EXPECT_EQ(busy.header.tag, 2);
    EXPECT_EQ(chip.last().header.tag, 1);
    EXPECT_EQ(chip.last().header.kind, Kind::Done);
}

TEST(Core, UnknownOpcodeAndUndecodablePayload_AreAnswered) {
    FakeChip chip;
    chip.ask(static_cast<Opcode>(0x7E), wire::EmptyDone{});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::UnknownOpcode);
    chip.ask(Opcode::SetClocks, wire::LedRequest{});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::BadArgument);
}

TEST(Core, TruncatedFrame_IsAnsweredAsBad) {
    FakeChip chip;
    const List half = {0xF6, 1, 1};
    chip.core.receive(half);
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::BadFrame);
}

/// A bound on the work, not on time: whoever asks for a stream of 8 MB or a pause of an hour may get it.
bool finishSoon(FakeChip& chip) {
    for (int i = 0; i < 300; ++i) {
        if (!chip.core.poll()) chip.clock.us += 10;
        if (!chip.core.busy()) return true;
    }
    return false;
}

TEST(Core, HundredThousandRandomFrames_AreEachAnsweredAndNoneHangs) {
    test::RandomFrames frames(20260101, true);
    FakeChip chip;
    std::set<Status> seen;
    for (int i = 0; i < 100'000; ++i) {
        chip.link.frames.clear();
        chip.core.receive(frames.next());
        const bool finished = finishSoon(chip);
        if (!finished) chip.core.abort(); // a delay or deadline of an hour, asked for by chance
        for (const auto& answer : chip.link.frames)
            ASSERT_TRUE(wire::readFrame(answer)) << i;
        ASSERT_EQ(finished && chip.link.frames.empty(), false) << i;
        if (finished) seen.insert(chip.status());
        ASSERT_FALSE(chip.core.busy());
        ASSERT_FALSE(chip.spi.selected);
        ASSERT_FALSE(chip.lines.taken);
    }
    EXPECT_THAT(seen, testing::IsSupersetOf({Status::Ok, Status::BadFrame, Status::UnknownOpcode,
                                             Status::BadArgument, Status::PollTimeout, Status::I2cNack}));
}

} // namespace
} // namespace framegate
