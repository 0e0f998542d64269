// SPDX-License-Identifier: GPL-3.0-or-later
//
// The flasher on boards that are served over USB/IP: every byte goes through a socket, in real time.
#include "simulation/board_server.h"
#include "support/usbip_backend.h"
#include "unit/boot/boot_bench.h"

#include <gmock/gmock.h>
#include <thread>

namespace framegate::boot {
namespace {

using namespace std::chrono_literals;
using simulation::PicoState;

constexpr std::size_t servedBytes = 20 * 1024;

/// Boards in BOOTSEL, served, and a host.
struct Served {
    explicit Served(Chip chip, int boards = 1) {
        simulation::BenchOptions options{.slots = boards};
        options.startsIn = PicoState::Bootsel;
        options.pico = optionsOf(chip);
        options.watchdog = true;
        bench = simulation::VirtualBench::create(options).value();
        server = simulation::BoardServer::listen(*bench, 0, {}).value();
    }
    static UsbPortPath port(int slot) { return UsbPortPath(1, {static_cast<std::uint8_t>(slot)}); }

    std::unique_ptr<simulation::VirtualBench> bench;
    std::unique_ptr<simulation::BoardServer> server;
    SteadyClock clock;
};

Result<UsbDevice> flash(Served& served, UsbBackend& host, int slot, const FirmwareImage& image) {
    {
        auto board = Flasher::open(host, Served::port(slot), {});
        if (!board) return passOn(board);
        const auto written = image.kind == ImageKind::Flash ? board->writeFlash(image, {})
                                                            : board->loadToRam(image, RamCheck::ReadBack, {});
        if (!written) return passOn(written);
        const auto started = image.kind == ImageKind::Flash ? board->startFlash({}) : Result<>(); // RAM runs
        if (!started) return passOn(started);
    }
    return awaitProgram(host, served.clock, Served::port(slot), 60s, {});
}

class ServedBoardOf : public testing::TestWithParam<Chip> {};

TEST_P(ServedBoardOf, Flashing_GoesThroughTheSocketAndTheProgramRuns) {
    Served served(GetParam());
    test::UsbipBackend host(served.server->port());
    const auto image = program(GetParam(), ImageKind::Flash, servedBytes, 1);
    const auto device = flash(served, host, 1, image);
    ASSERT_TRUE(device) << device.error().message;
    EXPECT_EQ(device->product, GetParam() == Chip::Rp2040 ? 0x000A : 0x0009);
    EXPECT_TRUE(holds(served.bench->board(1).rom().flash().bytes(), image));
}

TEST_P(ServedBoardOf, ProgramInRam_RunsAndTheFlashStaysBlank) {
    Served served(GetParam());
    test::UsbipBackend host(served.server->port());
    const auto device = flash(served, host, 1, program(GetParam(), ImageKind::Ram, servedBytes, 2));
    ASSERT_TRUE(device) << device.error().message;
    EXPECT_EQ(served.bench->board(1).rom().flash().at(0), std::byte{0xFF});
}

TEST_P(ServedBoardOf, StuckBit_IsFoundAndTheBoardStaysInBootsel) {
    Served served(GetParam());
    BootselOptions faults;
    faults.stuckBit = simulation::StuckBit{0x104, 0xFF, false};
    ASSERT_TRUE(served.server->damage(1, faults));
    test::UsbipBackend host(served.server->port());
    const auto device = flash(served, host, 1, program(GetParam(), ImageKind::Flash, servedBytes, 3));
    ASSERT_FALSE(device);
    EXPECT_EQ(device.error().code, "FLASH_VERIFY") << device.error().message;
    EXPECT_EQ(served.bench->board(1).state(), PicoState::Bootsel);
}

INSTANTIATE_TEST_SUITE_P(Chips, ServedBoardOf, testing::Values(Chip::Rp2040, Chip::Rp2350),
                         [](const auto& chip) { return chip.param == Chip::Rp2040 ? "Rp2040" : "Rp2350"; });

TEST(ServedBoard, SeveralAtOnce_AreFlashedAThreadEach) {
    constexpr int boards = 4;
    Served served(Chip::Rp2040, boards);
    const auto image = program(Chip::Rp2040, ImageKind::Flash, servedBytes, 4);
    std::vector<std::string> errors(boards);
    {
        std::vector<std::jthread> hosts;
        for (int slot = 1; slot <= boards; ++slot)
            hosts.emplace_back([&, slot] {
                test::UsbipBackend host(served.server->port());
                const auto device = flash(served, host, slot, image);
                if (!device) errors[static_cast<std::size_t>(slot - 1)] = device.error().message;
            });
    }
    EXPECT_THAT(errors, testing::Each(""));
    for (int slot = 1; slot <= boards; ++slot)
        EXPECT_TRUE(holds(served.bench->board(slot).rom().flash().bytes(), image));
}

} // namespace
} // namespace framegate::boot
