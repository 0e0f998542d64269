// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every opcode, right and wrong, as raw frames: what the image in the emulator answers must be what the host
// build answers, times apart. And the stream's pace at the pins.
#include "support/random_frames.h"
#include "two_boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace framegate {
namespace {

using test::LoopBench;
using test::orThrow;
using wire::Opcode;
using wire::Status;
using namespace std::chrono_literals;

using Octets = std::vector<std::uint8_t>;

template <class Message>
Octets request(Opcode opcode, const Message& message, std::uint16_t tag = 7) {
    Octets frame(wire::frameLimit);
    frame.resize(
        wire::writeMessage(frame, {.kind = wire::Kind::Request, .opcode = opcode, .tag = tag}, message));
    return frame;
}

/// The answers to one frame, up to the last.
std::vector<Octets> answers(UsbTransport& cable, const Octets& frame) {
    const auto deadline = Deadline::after(cable.clock(), 20s);
    orThrow(cable.send(std::as_bytes(std::span(frame)), deadline, {}));
    std::vector<Octets> all;
    for (;;) {
        std::vector<std::byte> buffer(4352);
        buffer.resize(orThrow(cable.receive(buffer, deadline, {})));
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer.data());
        all.emplace_back(bytes, bytes + buffer.size());
        const auto read = wire::readFrame(all.back());
        if (!read) throw std::runtime_error("an answer that is no frame");
        if (read->header.kind != wire::Kind::Progress) return all;
    }
}

template <class Message>
bool withoutTime(const wire::Frame& frame, Octets& out) {
    auto message = wire::decode<Message>(frame.payload);
    if (!message) return false;
    message->elapsedUs = 0;
    out.resize(wire::frameLimit);
    out.resize(wire::writeMessage(out, frame.header, *message));
    return true;
}

/// The frame with what two chips may measure differently set to nothing.
Octets comparable(const Octets& bytes) {
    const auto frame = wire::readFrame(bytes).value();
    Octets out;
    if (frame.header.kind != wire::Kind::Done) return bytes;
    switch (frame.header.opcode) {
    case Opcode::SpiBatch:
        return withoutTime<wire::SpiBatchDone>(frame, out) ? out : bytes;
    case Opcode::I2cScript:
        return withoutTime<wire::I2cScriptDone>(frame, out) ? out : bytes;
    case Opcode::Capture:
        return withoutTime<wire::CaptureDone>(frame, out) ? out : bytes;
    case Opcode::ReadFifo:
        return withoutTime<wire::ReadFifoDone>(frame, out) ? out : bytes;
    case Opcode::SetClocks: {
        auto done = wire::decode<wire::SetClocksDone>(frame.payload).value();
        done.i2cHz = 0; // what the chip's counters make of it
        out.resize(wire::frameLimit);
        out.resize(wire::writeMessage(out, frame.header, done));
        return out;
    }
    default:
        return bytes;
    }
}

std::vector<Octets> everyRequest() {
    const Octets spi = {1,    0x07, 0x80, 3, 0xE8, 3,    0,    0,   1, 0x07, 0, 1,    0x00, 0x55, 2,
                        0x00, 2,    0x40, 4, 0x00, 0xFF, 0x55, 100, 0, 0,    0, 0x10, 0x27, 0,    0};
    const Octets spiNever = {4, 0x00, 0xFF, 0x77, 100, 0, 0, 0, 0x10, 0x27, 0, 0};
    const Octets i2c = {1,    2,    0xFF, 0x01, 2,    1,    0x0A, 2,   3, 0x64, 0, 0,    0,    5, 1, 0x0A,
                        0xFF, 0x26, 4,    1,    0x0B, 0xF0, 0x40, 100, 0, 0,    0, 0x10, 0x27, 0, 0};
    const Octets noList = {9};
    const Octets manyReads = [] {
        Octets list;
        for (int i = 0; i < 40; ++i)
            list.insert(list.end(), {2, 1, 0x0A, 64});
        return list;
    }();
    std::vector<Octets> all = {
        request(Opcode::SetClocks, wire::SetClocksRequest{4'000'000, 400'000}),
        request(Opcode::SetClocks, wire::SetClocksRequest{8'000'000, 100'000}),
        request(Opcode::SetClocks, wire::SetClocksRequest{0, 100'000}),
        request(Opcode::SpiBatch, wire::SpiBatchRequest{{spi}}),
        request(Opcode::SpiBatch, wire::SpiBatchRequest{{spiNever}}),
        request(Opcode::SpiBatch, wire::SpiBatchRequest{{noList}}),
        request(Opcode::I2cScript, wire::I2cScriptRequest{0x30, 0, 1000, {i2c}}),
        request(Opcode::I2cScript, wire::I2cScriptRequest{0x30, wire::i2cRepeatedStart, 0, {i2c}}),
        request(Opcode::I2cScript, wire::I2cScriptRequest{0x21, 0, 0, {i2c}}),
        request(Opcode::I2cScript, wire::I2cScriptRequest{0x30, 0, 0, {manyReads}}),
        request(Opcode::I2cScript, wire::I2cScriptRequest{0x30, 0, 0, {noList}}),
        request(Opcode::Trace, wire::TraceRequest{static_cast<wire::TraceAction>(9)}),
        request(Opcode::ReadFifo, wire::ReadFifoRequest{0x3C, 0, 0}),
        request(Opcode::ReadFifo, wire::ReadFifoRequest{0x3C, 0, 10'000}),
        request(Opcode::ReadFifo, wire::ReadFifoRequest{0x3C, wire::readCrcOnly, 10'000}),
        request(Opcode::ReadFifo, wire::ReadFifoRequest{0x3C, 0, 0x800000}),
        request(Opcode::ReadFifo, wire::ReadFifoRequest{0x80, 0, 10}),
        request(Opcode::Capture, wire::CaptureRequest{.deadlineUs = 50'000}),
        request(Opcode::Capture, wire::CaptureRequest{.lengthRegister = 0x7F}),
        request(Opcode::Standby, wire::StandbyRequest{0x06, 0x02, 0}),
        request(Opcode::Standby, wire::StandbyRequest{0x06, 0, 0x02}),
        request(Opcode::Standby, wire::StandbyRequest{0x80, 0, 0x02}),
        request(Opcode::Led, wire::LedRequest{wire::LedPattern::Blink}),
        request(Opcode::Led, wire::LedRequest{static_cast<wire::LedPattern>(3)}),
        request(Opcode::Reboot, wire::RebootRequest{static_cast<wire::RebootTarget>(2)}),
        request(Opcode::LineTest, wire::LineTestRequest{.settleUs = 20'000}),
        request(Opcode::Hello, wire::EmptyDone{}),
        request(static_cast<Opcode>(0x0E), wire::EmptyDone{}),
        request(static_cast<Opcode>(0xFF), wire::HelloRequest{}),
        Octets(),
        Octets(3, 0xF6),
        Octets(64),
        Octets(wire::frameLimit, 0xF6),
        Octets(4160, 0xF6), // what the board has room for, to the byte
        Octets(10'000, 0xF6),
    };
    return all;
}

std::vector<std::vector<Octets>> askEverything(std::unique_ptr<UsbTransport> cable) {
    std::vector<std::vector<Octets>> all;
    for (const auto& frame : everyRequest()) {
        all.push_back(answers(*cable, frame));
        for (auto& one : all.back())
            one = comparable(one);
    }
    return all;
}

/// How often a poll looks depends on the chip's speed.
std::vector<std::string> withoutRepeats(const std::vector<test::PinTransaction>& pins) {
    std::vector<std::string> texts;
    for (const auto& one : pins)
        if (texts.empty() || texts.back() != one.text) texts.push_back(one.text);
    return texts;
}

TEST(LoopProtocol, EveryOpcodeRightAndWrong_IsAnsweredAsTheHostBuildDoes) {
    const auto host = test::onHost(2, askEverything);
    const auto chip = test::onChip(2, askEverything);
    const auto asked = everyRequest();
    ASSERT_EQ(chip.outcome.size(), asked.size());
    std::set<Status> seen;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        SCOPED_TRACE(testing::Message() << "request " << i);
        EXPECT_EQ(chip.outcome[i], host.outcome[i]);
        seen.insert(wire::readFrame(chip.outcome[i].back())->header.status);
    }
    EXPECT_THAT(seen, testing::IsSupersetOf({Status::Ok, Status::BadFrame, Status::UnknownOpcode,
                                             Status::BadArgument, Status::I2cNack, Status::PollTimeout,
                                             Status::CaptureTimeout, Status::ReplyTooLong}));
    EXPECT_EQ(withoutRepeats(chip.pins), withoutRepeats(host.pins));
}

/// Answered, or given up by a reset of the link as a host does that has waited long enough.
bool answered(UsbTransport& cable, const Octets& frame) {
    const auto deadline = Deadline::after(cable.clock(), 20ms);
    std::vector<std::byte> buffer(4352);
    if (cable.send(std::as_bytes(std::span(frame)), deadline, {})) {
        for (;;) {
            const auto count = cable.receive(buffer, deadline, {});
            if (!count) break;
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer.data());
            const auto read = wire::readFrame({bytes, *count});
            if (!read) throw std::runtime_error("an answer that is no frame");
            if (read->header.kind != wire::Kind::Progress) return true;
        }
    }
    const auto later = Deadline::after(cable.clock(), 1s);
    orThrow(cable.control({0x41, wire::usbRequestResetLink, 0, 0}, {}, later, {}));
    orThrow(cable.clearHalt(UsbPipe::BulkIn, later, {}));
    orThrow(cable.clearHalt(UsbPipe::BulkOut, later, {}));
    return false;
}

TEST(LoopProtocol, ThousandRandomFrames_LeaveTheBoardAnswering) {
    const auto run = test::onChip(2, [](std::unique_ptr<UsbTransport> cable) {
        test::RandomFrames frames(20260103, false);
        const auto hello = request(Opcode::Hello, wire::HelloRequest{});
        unsigned count = 0;
        for (int i = 0; i < 1000; ++i) {
            count += answered(*cable, frames.next()) ? 1 : 0;
            if (i % 20 == 0 && !answered(*cable, hello)) throw std::runtime_error("no Hello");
        }
        return count;
    });
    EXPECT_GT(run.outcome, 850U);
}

TEST(LoopProtocol, ModulePulledOutInMidCapture_IsAnAnswerAndTheNextModuleWorks) {
    LoopBench bench(2);
    bench.enumerate();
    const auto cable = bench.open();
    const auto ask = [&](const Octets& frame) {
        return wire::readFrame(answers(*cable, frame).back())->header;
    };
    const Octets idRead = {2, 1, 0x0A, 2};
    const auto identity = request(Opcode::I2cScript, wire::I2cScriptRequest{0x30, 0, 0, {idRead}});
    EXPECT_EQ(ask(identity).status, Status::Ok);
    const auto capture = request(Opcode::Capture, wire::CaptureRequest{.deadlineUs = 500'000});
    const auto deadline = Deadline::after(cable->clock(), 2s);
    orThrow(cable->send(std::as_bytes(std::span(capture)), deadline, {}));
    orThrow(cable->clock().sleepFor(5ms, {}));
    bench.powerModule(false);
    std::vector<std::byte> buffer(4352);
    EXPECT_TRUE(cable->receive(buffer, deadline, {})); // whatever the floating wire says
    EXPECT_EQ(ask(identity).status, Status::I2cNack);
    bench.powerModule(true);
    orThrow(cable->clock().sleepFor(100ms, {}));
    EXPECT_EQ(ask(identity).status, Status::Ok);
    EXPECT_EQ(bench.statistics().at("warnings"), nlohmann::json::array());
}

/// What a module's trace says without the times.
std::vector<wire::TraceEntry> traced(std::unique_ptr<UsbTransport> cable) {
    FixtureBoard board(std::move(cable));
    const auto deadline = Deadline::after(board.clock(), 20s);
    EXPECT_TRUE(orThrow(board.setTrace(true, deadline, {})));
    SpiBatch batch;
    batch.write(0x00, 0x55).read(0x00);
    orThrow(board.spi(batch, deadline, {}));
    I2cScript script;
    script.write(Octets{0xFF, 0x01}).read(Octets{0x0A}, 2);
    orThrow(board.i2c(0x30, 0us, script, 0, deadline, {}));
    orThrow(board.readFifo(5000, deadline, {}));
    return orThrow(board.fetchTrace(deadline, {})).entries;
}

TEST(LoopProtocol, Trace_IsTheHostBuildsAndTellsWhatPassedThePins) {
    const auto host = test::onHost(2, traced);
    const auto chip = test::onChip(2, traced);
    ASSERT_EQ(chip.outcome.size(), 6U);
    ASSERT_EQ(chip.outcome.size(), host.outcome.size());
    for (std::size_t i = 0; i < chip.outcome.size(); ++i) {
        const auto& entry = chip.outcome[i];
        EXPECT_EQ(entry.first, host.outcome[i].first);
        EXPECT_EQ(entry.bytes, host.outcome[i].bytes);
        EXPECT_EQ(entry.kind, host.outcome[i].kind);
        const double atPins = static_cast<double>(chip.pins[i].end - chip.pins[i].begin) / 1000;
        EXPECT_NEAR(entry.tookUs, atPins, 30) << i;
    }
}

struct Pace {
    const char* name;
    bool traced;
    bool sumOnly;
};

class Stream : public testing::TestWithParam<Pace> {};

/// The time at the pins; bench_firmware measures the whole, from request to last answer.
TEST_P(Stream, AtThePins_TakesHardlyLongerThanItsBits) {
    constexpr std::uint32_t bytes = 100'000;
    LoopBench bench(1);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    orThrow(board.setClocks(8'000'000, 100'000, deadline, {}));
    orThrow(board.setTrace(GetParam().traced, deadline, {}));
    const auto content = orThrow(GetParam().sumOnly ? board.sumFifo(bytes, deadline, {})
                                                    : board.readFifo(bytes, deadline, {}));
    EXPECT_EQ(content.crcHere, content.crcOnBoard);
    const auto burst = bench.transactions().back();
    EXPECT_EQ(burst.sckHz, 8'000'000U);
    EXPECT_LT(static_cast<double>(burst.end - burst.begin), 1.01 * bytes * 1000);
    EXPECT_EQ(bench.statistics().at("warnings"), nlohmann::json::array());
}

INSTANTIATE_TEST_SUITE_P(Ways, Stream,
                         testing::Values(Pace{"Bytes", false, false}, Pace{"Traced", true, false},
                                         Pace{"SumOnly", false, true}),
                         [](const auto& tested) { return std::string(tested.param.name); });

} // namespace
} // namespace framegate
