// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/picoboot.h"

#include "unit/boot/boot_bench.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A board in BOOTSEL that was begun with.
struct Bench {
    explicit Bench(BootselOptions options, Chip kind = Chip::Rp2040)
        : bench({options}), board(*bench.open(firstPort, picobootInterface), kind, "board") {
        EXPECT_TRUE(board.begin({}));
    }
    BootselDevice& device() { return bench.device(0); }
    BootselBench bench;
    Picoboot board;
};

Bench rp2040() {
    return Bench(optionsOf(Chip::Rp2040));
}

void expectFails(const Result<>& result, const std::string& code, const std::string& text) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(text));
}

class PicobootChips : public ::testing::TestWithParam<Chip> {
protected:
    Bench bench_{optionsOf(GetParam()), GetParam()};
};

TEST_P(PicobootChips, RomVersion_IsRead) {
    const auto version = bench_.board.romVersion({});
    ASSERT_TRUE(version) << version.error().message;
    EXPECT_EQ(*version, 2U);
}

TEST_P(PicobootChips, RamWriteOfAnySize_ReadsBack) {
    for (const std::size_t size : {1U, 63U, 64U, 256U, 70000U}) {
        const auto bytes = test::noise(size, 1);
        ASSERT_TRUE(bench_.board.write(ramBase, bytes, {}));
        Bytes found(size);
        ASSERT_TRUE(bench_.board.read(ramBase, found, {}));
        EXPECT_EQ(found, bytes);
    }
}

TEST_P(PicobootChips, FlashAfterABeginning_IsErasedAndWritten) {
    auto& flash = bench_.device().flash();
    std::fill(flash.bytes().begin(), flash.bytes().end(), std::byte{0x33});
    ASSERT_TRUE(bench_.board.erase(flashBase + 4096, 8192, {}));
    ASSERT_TRUE(bench_.board.write(flashBase + 4096, test::noise(512, 1), {}));
    EXPECT_EQ(flash.at(4095), std::byte{0x33});
    EXPECT_EQ(flash.at(4096), test::noise(1, 1)[0]);
    EXPECT_EQ(flash.at(4096 + 512), std::byte{0xFF});
    EXPECT_EQ(flash.at(4096 + 8192), std::byte{0x33});
}

TEST_P(PicobootChips, WrongAddresses_AreRefusedHere) {
    auto& board = bench_.board;
    Bytes bytes(256);
    expectFails(board.erase(flashBase + 256, 4096, {}), "PICOBOOT_ADDRESS", "erasing 0x10000100..0x10001100");
    expectFails(board.erase(ramBase, 4096, {}), "PICOBOOT_ADDRESS", "boot ROM does not do that there");
    expectFails(board.erase(flashBase, 128 * 1024, {}), "PICOBOOT_ADDRESS", "erasing");
    expectFails(board.erase(flashBase, 0, {}), "PICOBOOT_ADDRESS", "erasing");
    expectFails(board.write(flashBase + 1, bytes, {}), "PICOBOOT_ADDRESS", "writing");
    expectFails(board.write(0x30000000, bytes, {}), "PICOBOOT_ADDRESS", "writing");
    expectFails(board.read(flashBase + 1, bytes, {}), "PICOBOOT_ADDRESS", "reading");
    expectFails(board.read(0x1FF0, bytes, {}), "PICOBOOT_ADDRESS", "reading");
    EXPECT_EQ(bench_.device().commands(), 1U);
}

TEST_P(PicobootChips, StopDuringACommand_LeavesTheInterfaceReset) {
    std::stop_source source;
    source.request_stop();
    const auto result = bench_.board.write(ramBase, Bytes(256), source.get_token());
    expectFails(result, "CANCELLED", "writing 0x20000000..0x20000100");
    EXPECT_TRUE(bench_.board.write(ramBase, Bytes(256), {}));
}

INSTANTIATE_TEST_SUITE_P(Chips, PicobootChips, ::testing::Values(Chip::Rp2040, Chip::Rp2350),
                         [](const auto& param) { return std::string(chipText(param.param)); });

TEST(Picoboot, OtherChipsRom_IsNoticed) {
    Bench bench(optionsOf(Chip::Rp2350), Chip::Rp2040);
    const auto version = bench.board.romVersion({});
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().code, "PICOBOOT_ROM");
    EXPECT_THAT(version.error().message, HasSubstr("begins with 0x02754d; an RP2040's has 0x01754d"));
}

TEST(Picoboot, UnknownCommand_NamesTheBoardsReason) {
    auto bench = rp2040();
    expectFails(bench.board.reboot2({0, 0, 0}, 10ms, {}), "PICOBOOT_STATUS",
                "the board refused it: unknown command (status 1)");
    EXPECT_TRUE(bench.board.write(ramBase, Bytes(256), {}));
}

TEST(Picoboot, OldCommandsOnRp2350_AreUnknown) {
    Bench bench(optionsOf(Chip::Rp2350), Chip::Rp2350);
    expectFails(bench.board.reboot(0, 0, 10ms, {}), "PICOBOOT_STATUS", "unknown command");
}

TEST(Picoboot, RefusedErase_IsReportedByAnRp2350) {
    auto options = optionsOf(Chip::Rp2350);
    options.erasePermitted = false;
    Bench bench(options, Chip::Rp2350);
    expectFails(bench.board.erase(flashBase, 4096, {}), "PICOBOOT_STATUS", "not permitted (status 10)");
    EXPECT_TRUE(bench.board.write(ramBase, Bytes(64), {}));
}

TEST(Picoboot, WriteWhileRestarting_ShowsOnlyInTheStatus) {
    auto bench = rp2040();
    ASSERT_TRUE(bench.board.exitXip({}));
    ASSERT_TRUE(bench.board.reboot(0, 0, 20000ms, {}));
    expectFails(bench.board.write(ramBase, Bytes(64), {}), "PICOBOOT_STATUS", "rebooting (status 7)");
}

TEST(Picoboot, SlowErase_IsReportedAsStillBusy) {
    auto options = optionsOf(Chip::Rp2040);
    options.timing.sectorErase = 12s;
    Bench bench(options);
    expectFails(bench.board.erase(flashBase, 4096, {}), "USB_TIMEOUT", "the board was still at it");
}

TEST(Picoboot, FailedCommand_ExitsXipAgainBeforeFlash) {
    auto options = optionsOf(Chip::Rp2040);
    Bench bench(options);
    auto& flash = bench.device().flash();
    ASSERT_TRUE(bench.board.erase(flashBase, 4096, {}));
    ASSERT_FALSE(bench.board.reboot2({0, 0, 0}, 10ms, {}));
    flash.bytes()[0] = std::byte{0};
    ASSERT_TRUE(bench.board.erase(flashBase, 4096, {}));
    EXPECT_EQ(flash.at(0), std::byte{0xFF});
}

TEST(Picoboot, Status_TellsTheLastCommand) {
    auto bench = rp2040();
    const auto status = bench.board.commandStatus();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->command, 0x01);
    EXPECT_EQ(status->status, 0U);
    EXPECT_FALSE(status->inProgress);
}

TEST(Picoboot, StatusTexts_CoverAllAndMore) {
    EXPECT_EQ(picobootStatusText(5), "bad alignment");
    EXPECT_EQ(picobootStatusText(17), "unsupported modification");
    EXPECT_EQ(picobootStatusText(18), "a status nobody knows");
}

} // namespace
} // namespace framegate::boot
