// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/virtual_bench.h"

#include "unit/simulation/raw_board.h"

#include <gmock/gmock.h>
#include <set>
#include <thread>

namespace framegate::simulation {
namespace {

using std::chrono::milliseconds;

/// A bench of one slot and its board.
struct OneBoard {
    std::unique_ptr<VirtualBench> bench;
    RawBoard board;

    explicit OneBoard(const std::string& scenario = {}, double pace = 0)
        : bench(makeBench({.pace = pace}, scenario)), board(*bench, 1) {}
    RawBoard* operator->() { return &board; }
    Result<> restart(std::chrono::nanoseconds limit) {
        return bench->restart(UsbPortPath(1, {1}), firmwareInterface, firmwareRestart, limit, {});
    }
};

std::string unitWith(const std::string& fault) {
    return "[[unit]]\nindex = 1\nfault = " + fault + "\n";
}

Unit numbered(unsigned index) {
    return {Serial::numbered(index), index, {}};
}

TEST(VirtualBench, Hello_IsAnsweredByTheFirmwaresOwnCode) {
    OneBoard one;
    const auto answer = one->exchange(wire::Opcode::Hello, wire::HelloRequest{});
    EXPECT_EQ(answer.header.kind, wire::Kind::Done);
    EXPECT_EQ(answer.header.tag, 9);
    EXPECT_EQ(wire::decode<wire::HelloDone>(answer.payload)->flags, wire::flagVirtual);
}

TEST(VirtualBench, Boards_HaveSerialsAndIdsOfTheirOwn) {
    const auto bench = makeBench({.slots = 3});
    std::set<std::string> serials;
    std::set<std::array<std::uint8_t, 8>> ids;
    const auto devices = bench->devices().value();
    for (const auto& device : devices)
        serials.insert(device.serial);
    for (std::uint8_t slot = 1; slot <= 3; ++slot) {
        const auto hello = RawBoard(*bench, slot).exchange(wire::Opcode::Hello, wire::HelloRequest{});
        ids.insert(wire::decode<wire::HelloDone>(hello.payload)->boardId);
    }
    EXPECT_EQ(serials.size(), 3U);
    EXPECT_EQ(ids.size(), 3U);
}

TEST(VirtualBench, Devices_AreOnAPortASlot) {
    const auto bench = makeBench({.slots = 3});
    const auto devices = bench->devices().value();
    ASSERT_EQ(devices.size(), 3U);
    EXPECT_EQ(devices[2].port.text(), "1-3");
    EXPECT_EQ(devices[2].vendor, wire::usbVendor);
    EXPECT_EQ(devices[2].product, wire::usbProduct);
    EXPECT_EQ(bench->layout().slots.size(), 3U);
}

TEST(VirtualBench, PortWithoutABoard_IsNotFound) {
    const auto bench = makeBench({});
    EXPECT_EQ(bench->open(UsbPortPath(1, {9}), firmwareInterface).error().code, "USB_NO_DEVICE");
    EXPECT_EQ(bench->open(UsbPortPath(1, {1}), {8, 6, 80}).error().code, "USB_NO_INTERFACE");
}

TEST(VirtualBench, OtherSensorOrTooManySlots_IsRefused) {
    EXPECT_EQ(VirtualBench::create({.sensor = "ov5642"}).error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(VirtualBench::create({.slots = 0}).error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(makeBench({})->insert(2, numbered(1), 1, {}).error().code, "USB_NO_DEVICE");
}

// ---- A picture, from registers to the host ----

TEST(VirtualBench, SpiBatch_ReachesTheArduChip) {
    OneBoard one;
    const auto write = static_cast<std::uint8_t>(wire::SpiOp::Write);
    const auto read = static_cast<std::uint8_t>(wire::SpiOp::Read);
    const auto done = one->spi({write, 0x00, 0x55, read, 0x00, read, 0x40});
    EXPECT_THAT(std::vector(done.values.view.begin(), done.values.view.end()),
                testing::ElementsAre(0x55, 0x40));
}

TEST(VirtualBench, I2cScript_TakesTheBussTime) {
    OneBoard one;
    const auto done = one->writeSensor(sim::writesFor(320, 240));
    EXPECT_EQ(done.operations, 19);
    EXPECT_EQ(done.nacks, 0);
    // 29 bits a write at 100 kHz and 1000 us after it.
    EXPECT_NEAR(done.elapsedUs, 19 * 1290, 40);
}

TEST(VirtualBench, Picture_ArrivesWithTheBoardsCrc) {
    OneBoard one;
    one->start(640, 480);
    const auto bytes = one->picture();
    EXPECT_TRUE(sim::beginsAsJpeg(bytes));
    EXPECT_GT(bytes.size(), 12'000U);
    EXPECT_LT(bytes.size(), 30'000U); // a real one of this size has some 25 KB
    EXPECT_EQ(one->crc32, wire::crc32(bytes));
}

TEST(VirtualBench, ReadingOut_TakesTheSlowerBussTime) {
    OneBoard one;
    one->start(1600, 1200);
    const auto captured = one->exchange(wire::Opcode::Capture, wire::CaptureRequest{});
    const auto length = wire::decode<wire::CaptureDone>(captured.payload)->fifoBytes;
    const auto begin = one->transport->clock().now();
    one->exchange(wire::Opcode::ReadFifo, wire::ReadFifoRequest{.length = length});
    const std::chrono::duration<double> taken = one->transport->clock().now() - begin;
    const double spiSeconds = length * 1e-6; // at 8 MHz; USB runs beside it and is quicker
    EXPECT_GT(taken.count(), spiSeconds);
    EXPECT_LT(taken.count(), spiSeconds + 0.005);
}

TEST(VirtualBench, TwoCaptures_DifferByNoiseOnly) {
    OneBoard one;
    one->start(320, 240);
    const auto first = one->picture();
    const auto second = one->picture();
    EXPECT_NE(first, second);
    EXPECT_NEAR(static_cast<double>(first.size()), static_cast<double>(second.size()),
                0.02 * static_cast<double>(first.size()));
}

TEST(VirtualBench, CaptureThatNeverEnds_IsTheFirmwaresTimeout) {
    OneBoard one(unitWith("\"capture-never-done\""));
    one->start(320, 240);
    const auto answer = one->exchange(wire::Opcode::Capture, wire::CaptureRequest{});
    EXPECT_EQ(answer.header.status, wire::Status::CaptureTimeout);
}

TEST(VirtualBench, PictureInAScenario_ReachesTheHostByteForByte) {
    OneBoard plain;
    plain->start(320, 240);
    auto file = plain->picture();
    file.resize(sim::eoiOf(file) + 2);
    const test::TempFolder folder;
    folder.write("real.jpg", {file.begin(), file.end()});
    const auto scenario = folder.write("s.toml", "[[unit]]\nindex = 5\npicture = \"real.jpg\"\n");
    const auto bench = VirtualBench::create({.scenario = readScenario(scenario).value()}).value();
    ASSERT_TRUE(bench->insert(1, numbered(5), 1, {}));
    RawBoard board(*bench, 1);
    board.start(320, 240);
    auto bytes = board.picture();
    bytes.resize(sim::eoiOf(bytes) + 2);
    EXPECT_EQ(bytes, file);
}

// ---- The same unit is the same everywhere ----

struct Trial {
    std::vector<std::uint8_t> picture;
    ClockTime end;
};

Trial tryUnit(VirtualBench& bench, std::uint8_t slot, unsigned index, int run = 1) {
    EXPECT_TRUE(bench.insert(slot, numbered(index), run, {}));
    RawBoard board(bench, slot);
    board.start(320, 240);
    Trial trial{board.picture(), {}};
    trial.end = board.transport->clock().now();
    return trial;
}

TEST(VirtualBench, SameUnit_IsTheSameInEverySlotWhateverWasThereBefore) {
    const auto small = makeBench({});
    const auto large = makeBench({.slots = 16});
    const auto here = tryUnit(*small, 1, 7);
    tryUnit(*large, 11, 3);
    tryUnit(*large, 11, 4);
    const auto there = tryUnit(*large, 11, 7);
    EXPECT_EQ(here.picture, there.picture);
    EXPECT_EQ(here.end, there.end);
}

TEST(VirtualBench, UnitsAndSeeds_MakePicturesDiffer) {
    const auto bench = makeBench({.seed = 1, .seedGiven = true});
    const auto other = makeBench({.seed = 2, .seedGiven = true});
    const auto seven = tryUnit(*bench, 1, 7).picture;
    EXPECT_NE(seven, tryUnit(*bench, 1, 8).picture);
    EXPECT_NE(seven, tryUnit(*other, 1, 7).picture);
}

TEST(VirtualBench, ScenariosSeed_GivesWayToTheCommandLines) {
    const auto own = tryUnit(*makeBench({}, "seed = 5\n"), 1, 7).picture;
    const auto same = tryUnit(*makeBench({.seed = 5, .seedGiven = true}), 1, 7).picture;
    const auto given = tryUnit(*makeBench({.seed = 6, .seedGiven = true}, "seed = 5\n"), 1, 7).picture;
    EXPECT_EQ(own, same);
    EXPECT_NE(own, given);
}

TEST(VirtualBench, BeforeAnyInsert_ASlotHoldsTheUnitOfItsNumber) {
    const auto bench = makeBench({.slots = 2});
    RawBoard board(*bench, 2);
    board.start(320, 240);
    EXPECT_EQ(board.picture(), tryUnit(*makeBench({}), 1, 2).picture);
}

TEST(VirtualBench, TransportFromBeforeAnInsert_WorksOnAndStartsAtZero) {
    OneBoard one;
    one->pass(milliseconds{500});
    ASSERT_TRUE(one.bench->insert(1, numbered(3), 1, {}));
    EXPECT_EQ(one->transport->clock().now(), ClockTime{});
    EXPECT_EQ(one->exchange(wire::Opcode::Hello, wire::HelloRequest{}).header.kind, wire::Kind::Done);
}

// ---- Time, stop, link ----

TEST(VirtualBench, NoAnswer_EndsAtTheDeadlineInSimulatedTime) {
    OneBoard one;
    const auto begin = one->transport->clock().now();
    const auto heard = one->hear(milliseconds{2500});
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(one->transport->clock().now() - begin, milliseconds{2500});
}

TEST(VirtualBench, StopRequest_EndsEveryCall) {
    OneBoard one;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(one->hear(std::chrono::seconds{5}, stop.get_token()).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(one->transport->clock().sleepFor(milliseconds{1}, stop.get_token()).error().kind,
              ErrorKind::Cancelled);
    EXPECT_EQ(one.bench->insert(1, numbered(1), 1, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST(VirtualBench, StopDuringAPacedWait_WakesIt) {
    OneBoard one({}, 1e-3); // a second of real time for each millisecond
    std::stop_source stop;
    std::jthread operatorsHand([&] { stop.request_stop(); });
    const auto slept = one->transport->clock().sleepFor(std::chrono::hours{1}, stop.get_token());
    EXPECT_EQ(slept.error().kind, ErrorKind::Cancelled);
}

TEST(VirtualBench, Sleep_LetsOnlyTimePass) {
    OneBoard one;
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    const auto begin = one->transport->clock().now();
    one->pass(milliseconds{250});
    EXPECT_EQ(one->transport->clock().now() - begin, milliseconds{250});
    EXPECT_TRUE(one->hear());
}

TEST(VirtualBench, ResetLink_DropsTheAnswerAtHand) {
    OneBoard one;
    one->start(640, 480);
    one->exchange(wire::Opcode::Capture, wire::CaptureRequest{});
    ASSERT_TRUE(one->ask(wire::Opcode::ReadFifo, wire::ReadFifoRequest{.length = 20'000}));
    ASSERT_TRUE(one->hear());
    ASSERT_TRUE(
        one->transport->control({0x41, wire::usbRequestResetLink, 0, 0}, {}, one->in(milliseconds{500}), {}));
    EXPECT_EQ(one->hear(milliseconds{100}).error().kind, ErrorKind::Timeout);
    EXPECT_EQ(one->exchange(wire::Opcode::Hello, wire::HelloRequest{}).header.kind, wire::Kind::Done);
}

TEST(VirtualBench, OtherControlRequests_Stall) {
    OneBoard one;
    EXPECT_EQ(one->transport->control({0x41, 0x77, 0, 0}, {}, one->in(milliseconds{500}), {}).error().code,
              "USB_STALL");
}

TEST(VirtualBench, SmallBuffer_IsAnOverflow) {
    OneBoard one;
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    one->buffer.resize(8);
    EXPECT_EQ(one->hear().error().code, "USB_OVERFLOW");
}

// ---- Faults of board and link ----

TEST(VirtualBench, BoardThatHangs_AnswersNothingAnyMore) {
    OneBoard one(unitWith("\"board-hang\"\nat = \"hello\""));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(one->hear().error().kind, ErrorKind::Timeout);
    const auto deadline = one->in(milliseconds{500});
    const auto reset = one->transport->control({0x41, wire::usbRequestResetLink, 0, 0}, {}, deadline, {});
    EXPECT_EQ(reset.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(one->transport->clock().now(), deadline.moment());
}

TEST(VirtualBench, BoardThatHangsAtTheCapture_AnswersTheHello) {
    OneBoard one(unitWith("\"board-hang\"\nat = \"capture\""));
    EXPECT_EQ(one->exchange(wire::Opcode::Hello, wire::HelloRequest{}).header.kind, wire::Kind::Done);
    ASSERT_TRUE(one->ask(wire::Opcode::Capture, wire::CaptureRequest{}));
    EXPECT_EQ(one->hear(std::chrono::seconds{5}).error().kind, ErrorKind::Timeout);
}

TEST(VirtualBench, BoardThatLeavesTheBus_IsGoneUntilItIsRestarted) {
    OneBoard one(unitWith("\"usb-disconnect\"\nat_byte = 0"));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(one->hear().error().kind, ErrorKind::Disconnected);
    EXPECT_EQ(one->ask(wire::Opcode::Hello, wire::HelloRequest{}).error().kind, ErrorKind::Disconnected);
    EXPECT_TRUE(one.bench->devices().value().empty());
    EXPECT_EQ(one.bench->open(UsbPortPath(1, {1}), firmwareInterface).error().code, "USB_NO_DEVICE");
    ASSERT_TRUE(one.bench->insert(1, numbered(2), 1, {}));
    EXPECT_TRUE(one.bench->devices().value().empty());
    ASSERT_TRUE(one.restart(std::chrono::seconds{5}));
    EXPECT_EQ(one.bench->devices().value().size(), 1U);
    EXPECT_TRUE(one.bench->open(UsbPortPath(1, {1}), firmwareInterface));
}

TEST(VirtualBench, BoardThatHangs_ComesBackByItsWatchdogAndSaysSo) {
    OneBoard one(unitWith("\"board-hang\"\nat = \"hello\""));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(one->hear().error().kind, ErrorKind::Timeout);
    EXPECT_EQ(one.restart(milliseconds{wire::watchdogMs}).error().code, "USB_NO_DEVICE"); // too soon
    ASSERT_TRUE(one.restart(std::chrono::seconds{5}));
    ASSERT_TRUE(one.bench->insert(1, numbered(2), 1, {}));
    const auto hello = one->exchange(wire::Opcode::Hello, wire::HelloRequest{});
    EXPECT_EQ(wire::decode<wire::HelloDone>(hello.payload)->flags, wire::flagVirtual | wire::flagWatchdog);
}

TEST(VirtualBench, RestartOfNoBoardOrByAnotherRequest_IsRefused) {
    OneBoard one;
    EXPECT_EQ(one.bench->restart(UsbPortPath(1, {9}), firmwareInterface, firmwareRestart, milliseconds{9}, {})
                  .error()
                  .code,
              "USB_NO_DEVICE");
    EXPECT_EQ(one.bench->restart(UsbPortPath(1, {1}), firmwareInterface, {0x41, 0x77}, milliseconds{9}, {})
                  .error()
                  .code,
              "USB_NO_RESTART");
}

TEST(VirtualBench, DroppedPacket_BreaksTheFrame) {
    OneBoard one(unitWith("\"usb-drop\"\nat_byte = 10"));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    const auto size = one->hear();
    ASSERT_TRUE(size);
    EXPECT_FALSE(one->frame(*size));
}

TEST(VirtualBench, CorruptByte_BreaksTheFramesCrc) {
    OneBoard one(unitWith("\"usb-corrupt\"\nat_byte = 10"));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    const auto size = one->hear();
    ASSERT_TRUE(size);
    EXPECT_FALSE(one->frame(*size));
    EXPECT_EQ(one->exchange(wire::Opcode::Hello, wire::HelloRequest{}).header.kind, wire::Kind::Done);
}

TEST(VirtualBench, StalledPipe_WorksAgainOnceCleared) {
    OneBoard one(unitWith("\"usb-stall\"\nat_byte = 10"));
    ASSERT_TRUE(one->ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(one->hear().error().code, "USB_STALL");
    EXPECT_EQ(one->hear().error().code, "USB_STALL");
    ASSERT_TRUE(one->transport->clearHalt(UsbPipe::BulkIn, one->in(milliseconds{100}), {}));
    EXPECT_EQ(one->exchange(wire::Opcode::Hello, wire::HelloRequest{}).header.kind, wire::Kind::Done);
}

TEST(VirtualBench, Truth_NamesWhatWasInjected) {
    const auto bench = makeBench({}, "[[unit]]\nindex = 2\nfault = \"absent\"\n");
    ASSERT_TRUE(bench->insert(1, numbered(2), 1, {}));
    EXPECT_EQ(bench->truthCsv(), "serial,run,index,faults\r\nFG-000002,1,2,absent\r\n");
}

} // namespace
} // namespace framegate::simulation
