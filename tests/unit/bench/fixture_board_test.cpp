// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/fixture_board.h"

#include "support/scripted_transport.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using testing::HasSubstr;
using wire::Kind;
using wire::Opcode;
using wire::Status;

struct Board {
    test::TransportScript script;
    FixtureBoard board{std::make_unique<test::ScriptedTransport>(script)};
    Deadline soon = Deadline::after(script.clock, std::chrono::seconds{1});
};

TEST(FixtureBoard, Hello_NamesFirmwareAndBoard) {
    Board b;
    wire::HelloDone done;
    done.version.view = "0.1.0";
    done.gitHash.view = "abc";
    done.boardId = {0xE6, 1, 2, 3, 4, 5, 6, 0x0F};
    b.script.reply(Kind::Done, Opcode::Hello, done);
    const auto hello = b.board.hello(b.soon, {});
    ASSERT_TRUE(hello) << hello.error().message;
    EXPECT_EQ(hello->firmware, "0.1.0+abc");
    EXPECT_EQ(hello->boardId, "e60102030405060f");
    EXPECT_FALSE(hello->isVirtual);
}

TEST(FixtureBoard, HelloOfAnotherMajor_IsRefused) {
    Board b;
    wire::HelloDone done;
    done.major = 2;
    b.script.reply(Kind::Done, Opcode::Hello, done);
    const auto hello = b.board.hello(b.soon, {});
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().code, "FIRMWARE_PROTOCOL");
    EXPECT_THAT(hello.error().message, HasSubstr("protocol 2."));
}

TEST(FixtureBoard, Nack_IsTheModulesFaultAndNamesTheOperation) {
    Board b;
    b.script.reply(Kind::Failed, Opcode::I2cScript, wire::Failure{3, 0}, 1, Status::I2cNack);
    const auto outcome = b.board.i2c(0x30, {}, I2cScript{}, false, b.soon, {});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::Module);
    EXPECT_EQ(outcome.error().code, "I2C_NACK");
    EXPECT_THAT(outcome.error().message, HasSubstr("operation 3"));
}

TEST(FixtureBoard, BoardThatCannotTestItsWires_IsNoError) {
    for (const auto status : {Status::Unsupported, Status::UnknownOpcode}) {
        Board b;
        b.script.reply(Kind::Failed, Opcode::LineTest, wire::Failure{}, 1, status);
        const auto lines = b.board.lineTest({}, b.soon, {});
        ASSERT_TRUE(lines) << lines.error().message;
        EXPECT_FALSE(*lines);
    }
}

TEST(FixtureBoard, BoardThatRefusesTheLineTestOtherwise_IsAnError) {
    Board b;
    b.script.reply(Kind::Failed, Opcode::LineTest, wire::Failure{}, 1, Status::BadArgument);
    const auto lines = b.board.lineTest({}, b.soon, {});
    ASSERT_FALSE(lines);
    EXPECT_EQ(lines.error().code, "BOARD_BAD_ARGUMENT");
}

TEST(FixtureBoard, Supply_IsPassedOn) {
    Board b;
    b.script.reply(Kind::Done, Opcode::Supply, wire::SupplyDone{3300, 70'000});
    const auto supply = b.board.supply(b.soon, {});
    ASSERT_TRUE(supply && *supply);
    EXPECT_EQ((*supply)->currentUa, 70'000U);
}

TEST(FixtureBoard, Outputs_ArePassedOn) {
    Board b;
    b.script.reply(Kind::Done, Opcode::Outputs, wire::OutputsDone{6, 2});
    const auto outputs = b.board.outputs({2, 2}, b.soon, {});
    ASSERT_TRUE(outputs && *outputs);
    EXPECT_EQ((*outputs)->levels, 2);
}

TEST(FixtureBoard, Trace_IsFetchedInAsManyPartsAsItTakes) {
    Board b;
    std::vector<std::uint8_t> entries(2 * wire::traceEntryBytes);
    entries[0] = 0x39; // beginUs of the first
    b.script.reply(Kind::Done, Opcode::Trace, wire::TraceDone{true, 1, 5, {entries}}, 1);
    entries.resize(wire::traceEntryBytes);
    b.script.reply(Kind::Done, Opcode::Trace, wire::TraceDone{true, 0, 5, {entries}}, 2);
    const auto trace = b.board.fetchTrace(b.soon, {});
    ASSERT_TRUE(trace) << trace.error().message;
    EXPECT_EQ(trace->entries.size(), 3U);
    EXPECT_EQ(trace->entries[0].beginUs, 0x39U);
    EXPECT_EQ(trace->lost, 5U);
}

TEST(FixtureBoard, TraceThatEndsWithinAnEntry_IsUnexpected) {
    Board b;
    const std::vector<std::uint8_t> entries(wire::traceEntryBytes + 1);
    b.script.reply(Kind::Done, Opcode::Trace, wire::TraceDone{true, 0, 0, {entries}});
    const auto trace = b.board.fetchTrace(b.soon, {});
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().code, "WIRE_UNEXPECTED");
}

TEST(FixtureBoard, TraceOfOlderFirmware_IsNotThere) {
    Board b;
    b.script.reply(Kind::Failed, Opcode::Trace, wire::Failure{}, 1, Status::UnknownOpcode);
    const auto there = b.board.setTrace(true, b.soon, {});
    ASSERT_TRUE(there);
    EXPECT_FALSE(*there);
}

TEST(FixtureBoard, DamagedRequest_IsTheLinksFault) {
    Board b;
    b.script.reply(Kind::Failed, Opcode::Hello, wire::Failure{}, 999, Status::BadFrame);
    const auto hello = b.board.hello(b.soon, {});
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(hello.error().code, "BOARD_BAD_FRAME");
}

TEST(FixtureBoard, FlippedBitInAnswer_IsNoticedAndTheLinkReset) {
    Board b;
    b.script.reply(Kind::Done, Opcode::Standby, wire::StandbyDone{2});
    b.script.answers.front()->at(8) ^= 0x01;
    const auto value = b.board.standby({}, b.soon, {});
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, "WIRE_BAD_FRAME");
    EXPECT_EQ(b.script.linkResets, 1U);
}

TEST(FixtureBoard, AnswerToAnotherRequest_IsUnexpected) {
    Board b;
    b.script.reply(Kind::Done, Opcode::Standby, wire::StandbyDone{2}, 7);
    const auto value = b.board.standby({}, b.soon, {});
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, "WIRE_UNEXPECTED");
    EXPECT_THAT(value.error().message, HasSubstr("tag 7"));
}

TEST(FixtureBoard, ErrorThenNextCall_StartsClean) {
    Board b;
    b.script.fail(ErrorKind::Timeout, "USB_TIMEOUT");
    EXPECT_EQ(b.board.standby({}, b.soon, {}).error().code, "USB_TIMEOUT");
    b.script.reply(Kind::Done, Opcode::Standby, wire::StandbyDone{2}, 2);
    EXPECT_EQ(b.board.standby({}, b.soon, {}).value(), 2);
    EXPECT_EQ(b.script.linkResets, 1U);
}

TEST(FixtureBoard, BoardGone_IsNotReset) {
    Board b;
    b.script.fail(ErrorKind::Disconnected, "USB_DISCONNECTED");
    EXPECT_EQ(b.board.standby({}, b.soon, {}).error().kind, ErrorKind::Disconnected);
    EXPECT_EQ(b.script.linkResets, 0U);
}

TEST(FixtureBoard, FifoRead_JoinsChunksAndTakesItsOwnCrc) {
    Board b;
    const std::vector<std::uint8_t> first = {1, 2, 3};
    const std::vector<std::uint8_t> second = {4, 5};
    b.script.reply(Kind::Progress, Opcode::ReadFifo, wire::FifoChunk{0, {first}});
    b.script.reply(Kind::Progress, Opcode::ReadFifo, wire::FifoChunk{3, {second}});
    b.script.reply(Kind::Done, Opcode::ReadFifo, wire::ReadFifoDone{5, 0x12345678, 40});
    const auto content = b.board.readFifo(5, b.soon, {});
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ(content->bytes.size(), 5U);
    EXPECT_EQ(content->crcOnBoard, 0x12345678U);
    EXPECT_EQ(content->crcHere, 0x470B99F4U); // zlib's crc32 of 01 02 03 04 05
}

TEST(FixtureBoard, FifoReadWithAGap_IsUnexpected) {
    Board b;
    const std::vector<std::uint8_t> bytes = {1, 2, 3};
    b.script.reply(Kind::Progress, Opcode::ReadFifo, wire::FifoChunk{1, {bytes}});
    const auto content = b.board.readFifo(5, b.soon, {});
    ASSERT_FALSE(content);
    EXPECT_THAT(content.error().message, HasSubstr("gap"));
}

TEST(FixtureBoard, FifoReadOfTooManyBytes_IsUnexpected) {
    Board b;
    const std::vector<std::uint8_t> bytes(6);
    b.script.reply(Kind::Progress, Opcode::ReadFifo, wire::FifoChunk{0, {bytes}});
    EXPECT_EQ(b.board.readFifo(5, b.soon, {}).error().code, "WIRE_UNEXPECTED");
}

TEST(FixtureBoard, FifoReadEndingEarly_IsUnexpected) {
    Board b;
    b.script.reply(Kind::Done, Opcode::ReadFifo, wire::ReadFifoDone{5, 0, 0});
    EXPECT_EQ(b.board.readFifo(5, b.soon, {}).error().code, "WIRE_UNEXPECTED");
}

} // namespace
} // namespace framegate
