// SPDX-License-Identifier: GPL-3.0-or-later
//
// A flashing hit at every transfer, and cut off from power at every command.
#include "support/faulty_usb.h"
#include "unit/boot/boot_bench.h"

#include <gmock/gmock.h>
#include <tuple>

namespace framegate::boot {
namespace {

using namespace std::chrono_literals;
using test::FaultyBackend;
using test::UsbFault;
using test::UsbFaultPlan;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::size_t newBytes = 40 * 1024; // a large block, and two sectors
constexpr std::size_t oldBytes = 44 * 1024;

FirmwareImage oldProgram(Chip chip) {
    return program(chip, ImageKind::Flash, oldBytes, 7);
}
FirmwareImage newProgram(Chip chip) {
    return program(chip, ImageKind::Flash, newBytes, 1);
}

Result<> flashThrough(UsbBackend& backend, const FirmwareImage& image) {
    auto flasher = Flasher::open(backend, firstPort, {});
    if (!flasher) return passOn(flasher);
    const auto report = flasher->writeFlash(image, {});
    if (!report) return passOn(report);
    return flasher->startFlash({});
}

Result<> loadThrough(UsbBackend& backend, const FirmwareImage& image) {
    auto flasher = Flasher::open(backend, firstPort, {});
    if (!flasher) return passOn(flasher);
    const auto report = flasher->loadToRam(image, RamCheck::ReadBack, {});
    if (!report) return passOn(report);
    return {};
}

/// Does the board start whole firmware, old or new, or nothing?
void expectBootselOrWhole(BootselDevice& device, Chip chip, const std::string& when) {
    device.powerCycle(false);
    if (device.state() == BoardState::Bootsel) return;
    const auto flash = device.flash().bytes();
    EXPECT_TRUE(holds(flash, newProgram(chip)) || holds(flash, oldProgram(chip))) << when;
}

int transfersOf(Chip chip, Result<> (*run)(UsbBackend&, const FirmwareImage&), const FirmwareImage& image) {
    BootselBench bench({optionsOf(chip)});
    preload(bench.device(0), oldProgram(chip));
    UsbFaultPlan plan;
    FaultyBackend backend(bench, plan);
    EXPECT_TRUE(run(backend, image));
    return plan.count;
}

using Case = std::tuple<Chip, UsbFault>;

class Interrupted : public ::testing::TestWithParam<Case> {
protected:
    void everyTransfer(Result<> (*run)(UsbBackend&, const FirmwareImage&), const FirmwareImage& image) {
        const auto [chip, fault] = GetParam();
        const auto transfers = transfersOf(chip, run, image);
        ASSERT_GT(transfers, 10);
        for (int at = 0; at < transfers; ++at)
            oneTransfer(run, image, at);
    }
    void oneTransfer(Result<> (*run)(UsbBackend&, const FirmwareImage&), const FirmwareImage& image, int at) {
        const auto [chip, fault] = GetParam();
        BootselBench bench({optionsOf(chip)});
        preload(bench.device(0), oldProgram(chip));
        UsbFaultPlan plan{fault, at};
        FaultyBackend backend(bench, plan);
        const auto done = run(backend, image);
        const auto when = "transfer " + std::to_string(at) + (done ? "" : ": " + done.error().message);
        if (!done) {
            EXPECT_THAT(done.error().kind, AnyOf(ErrorKind::Usb, ErrorKind::Timeout, ErrorKind::Disconnected,
                                                 ErrorKind::Protocol));
            EXPECT_THAT(done.error().message, HasSubstr("board at 1-1")) << when;
            EXPECT_THAT(done.error().message, HasSubstr("plug it in with BOOTSEL held")) << when;
        } else {
            EXPECT_TRUE(image.kind == ImageKind::Ram || holds(bench.device(0).flash().bytes(), image))
                << when;
        }
        EXPECT_LT(bench.clock(0).now().sinceZero, 60s) << when;
        expectBootselOrWhole(bench.device(0), chip, when);
        plan.at = -1;
        plan.gone = false;
        recovers(backend, bench, image, run, when);
    }
    /// The next attempt, on the board plugged in with the button held, works.
    static void recovers(UsbBackend& backend, BootselBench& bench, const FirmwareImage& image,
                         Result<> (*run)(UsbBackend&, const FirmwareImage&), const std::string& when) {
        bench.device(0).powerCycle(true);
        (void)bench.clock(0).sleepFor(1s, {});
        const auto again = run(backend, image);
        EXPECT_TRUE(again) << when << "; then " << again.error().message;
    }
};

TEST_P(Interrupted, FlashAtEveryTransfer_IsAnErrorAndNeverHalfAProgram) {
    everyTransfer(flashThrough, newProgram(std::get<0>(GetParam())));
}

TEST_P(Interrupted, RamLoadAtEveryTransfer_IsAnError) {
    everyTransfer(loadThrough, program(std::get<0>(GetParam()), ImageKind::Ram, newBytes, 1));
}

INSTANTIATE_TEST_SUITE_P(All, Interrupted,
                         ::testing::Combine(::testing::Values(Chip::Rp2040, Chip::Rp2350),
                                            ::testing::Values(UsbFault::Stall, UsbFault::Timeout,
                                                              UsbFault::ShortPacket, UsbFault::Babble,
                                                              UsbFault::Disconnect)));

class PowerLoss : public ::testing::TestWithParam<Chip> {
protected:
    /// A board with \a old in its flash that loses power at a command.
    static BootselBench board(const FirmwareImage& old, std::optional<unsigned> at) {
        auto options = optionsOf(GetParam());
        options.losesPowerAtCommand = at;
        BootselBench bench({options});
        preload(bench.device(0), old);
        return bench;
    }
    /// At how many commands of a flashing over \a old power is lost so that the board is in BOOTSEL after.
    static int everyCommand(const FirmwareImage& old) { return everyCommand(old, newProgram(GetParam())); }
    static int everyCommand(const FirmwareImage& old, const FirmwareImage& firmware) {
        auto whole = board(old, std::nullopt);
        EXPECT_TRUE(flashThrough(whole, firmware));
        int bootsel = 0;
        for (unsigned at = 0; at < whole.device(0).commands(); ++at) {
            auto bench = board(old, at);
            const auto done = flashThrough(bench, firmware);
            EXPECT_FALSE(done) << at;
            EXPECT_EQ(done.error().kind, ErrorKind::Disconnected) << done.error().message;
            const auto flash = bench.device(0).flash().bytes();
            if (bench.device(0).state() == BoardState::Bootsel)
                ++bootsel;
            else
                EXPECT_TRUE(holds(flash, firmware) || holds(flash, old)) << at;
        }
        return bootsel;
    }
};

TEST_P(PowerLoss, OverOtherFirmware_LeavesBootselOrWholeFirmware) {
    EXPECT_GE(everyCommand(oldProgram(GetParam())), 4); // erase, write, verify, last page
}

TEST_P(PowerLoss, OverFirmwareThatBeginsAlike_LeavesBootselOrWholeFirmware) {
    auto old = newProgram(GetParam());
    for (const std::size_t at : {std::size_t{4096}, newBytes - 200})
        old.segments[0].bytes[at] ^= std::byte{0x40};
    EXPECT_GE(everyCommand(old), 4);
}

/// An RP2040 erases it as blocks of 64 and of 32 KiB, and a sector.
TEST_P(PowerLoss, InLargeErases_LeavesBootselOrWholeFirmware) {
    constexpr std::size_t bytes = 100 * 1024;
    EXPECT_GE(everyCommand(program(GetParam(), ImageKind::Flash, bytes, 7),
                           program(GetParam(), ImageKind::Flash, bytes, 1)),
              5);
}

TEST_P(PowerLoss, InARamLoad_LeavesTheFlashAsItWas) {
    const auto old = oldProgram(GetParam());
    const auto firmware = program(GetParam(), ImageKind::Ram, newBytes, 1);
    auto whole = board(old, std::nullopt);
    EXPECT_TRUE(loadThrough(whole, firmware));
    for (unsigned at = 0; at < whole.device(0).commands(); ++at) {
        auto bench = board(old, at);
        EXPECT_FALSE(loadThrough(bench, firmware)) << at;
        EXPECT_EQ(bench.device(0).state(), BoardState::FlashProgram) << at;
        EXPECT_TRUE(holds(bench.device(0).flash().bytes(), old)) << at;
    }
}

INSTANTIATE_TEST_SUITE_P(Chips, PowerLoss, ::testing::Values(Chip::Rp2040, Chip::Rp2350),
                         [](const auto& param) { return std::string(chipText(param.param)); });

} // namespace
} // namespace framegate::boot
