// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/camera_module.h"
#include "sim/host_board.h"

#include "support/random_frames.h"
#include "unit/sim/module_driver.h"

#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

struct Wires {
    SimClock clock;
    std::unique_ptr<ModulePins> module =
        std::make_unique<CameraModule>(Faults{}, std::make_unique<GradientScene>(), 1);
    HostSpi spi{clock, module};
    HostI2c i2c{clock, module};
    HostLink link{clock};
    Wires() { module->power(true, 0); }
};

TEST(HostSpi, Transfer_TakesEightClocksAByte) {
    Wires wires;
    wires.spi.setClockHz(4'000'000);
    const std::vector<std::uint8_t> out(100);
    wires.spi.transfer(out, {});
    EXPECT_EQ(wires.clock.now(), 200'000U);
}

TEST(HostSpi, BackgroundRead_IsDoneAfterItsBytes) {
    Wires wires;
    wires.spi.setClockHz(8'000'000);
    std::vector<std::uint8_t> in(1000);
    wires.spi.beginRead(in);
    EXPECT_FALSE(wires.spi.readDone());
    wires.clock.advance(999'999);
    EXPECT_FALSE(wires.spi.readDone());
    wires.clock.advance(1);
    EXPECT_TRUE(wires.spi.readDone());
}

TEST(HostI2c, Write_TakesNineBitsAByteWithStartAndStop) {
    Wires wires;
    wires.i2c.setClockHz(100'000);
    const std::uint8_t bytes[] = {0xFF, 0x01};
    wires.clock.advance(5'000'000);
    EXPECT_EQ(wires.i2c.write(0x30, bytes, false), firmware::I2cResult::Ok);
    EXPECT_EQ(wires.clock.now() - 5'000'000, 290'000U); // START, 3 × 9 bits, STOP
}

TEST(HostI2c, NobodyThere_StopsAfterTheAddress) {
    Wires wires;
    const std::uint8_t bytes[] = {0xFF, 0x01};
    EXPECT_EQ(wires.i2c.write(0x3C, bytes, false), firmware::I2cResult::Nack);
    EXPECT_EQ(wires.clock.now(), 110'000U);
}

TEST(HostLink, Frames_LeaveOneAfterTheOther) {
    Wires wires;
    const std::vector<std::uint8_t> frame(640);
    wires.link.send(frame);
    wires.link.send(frame);
    EXPECT_EQ(wires.link.frontArrives(), 550'000U); // ten full packets and an empty one
    wires.link.take();
    EXPECT_EQ(wires.link.frontArrives(), 1'100'000U);
}

TEST(HostLink, TwoFramesWaiting_TakesNoThirdUntilOneIsThrough) {
    Wires wires;
    const std::vector<std::uint8_t> frame(640);
    wires.link.send(frame);
    EXPECT_TRUE(wires.link.canSend(640));
    wires.link.send(frame);
    EXPECT_FALSE(wires.link.canSend(640));
    wires.clock.advanceTo(550'000);
    EXPECT_TRUE(wires.link.canSend(640));
}

TEST(SimClock, NeverGoesBack) {
    SimClock clock;
    clock.advance(500);
    clock.advanceTo(100);
    EXPECT_EQ(clock.now(), 500U);
}

/// Whether the board's last answer has come before \a limit.
bool answered(HostBoard& board, TimeNs limit) {
    while (board.clock().now() < limit) {
        if (!board.link().empty()) {
            const auto frame = wire::readFrame(board.link().take().bytes);
            if (frame && frame->header.kind != wire::Kind::Progress) return true;
        } else if (!board.step(limit)) {
            return false;
        }
    }
    return false;
}

TEST(HostBoard, HundredThousandRandomFrames_LeaveItAnswering) {
    test::RandomFrames frames(20260102, false);
    HostBoard board({}, std::make_unique<CameraModule>(Faults{}, std::make_unique<GradientScene>(), 1));
    std::vector<std::uint8_t> hello(64);
    hello.resize(wire::writeMessage(hello, {.opcode = wire::Opcode::Hello}, wire::HelloRequest{}));
    unsigned givenUp = 0;
    for (int i = 0; i < 100'000; ++i) {
        board.receive(frames.next());
        if (!answered(board, board.clock().now() + 20'000'000)) {
            board.resetLink();
            ++givenUp;
        }
        if (i % 100 != 0) continue;
        board.receive(hello);
        ASSERT_TRUE(answered(board, board.clock().now() + 10'000'000)) << i;
    }
    EXPECT_LT(givenUp, 10'000U);
}

} // namespace
} // namespace framegate::sim
