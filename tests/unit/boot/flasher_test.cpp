// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flasher.h"

#include "unit/boot/boot_bench.h"

#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::size_t imageBytes = 64 * 1024;

class FlasherChips : public ::testing::TestWithParam<Chip> {
protected:
    BootselDevice& device() { return bench_.device(0); }
    Flasher open() {
        auto flasher = Flasher::open(bench_, firstPort, {});
        EXPECT_TRUE(flasher) << flasher.error().message;
        return std::move(*flasher);
    }
    FirmwareImage image(ImageKind kind, std::uint32_t seed = 1) {
        return program(GetParam(), kind, imageBytes, seed);
    }
    FlashReport flash(const FirmwareImage& image) {
        const auto report = open().writeFlash(image, {});
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(FlashReport{});
    }
    BootselBench bench_{{optionsOf(GetParam())}};
};

TEST_P(FlasherChips, RamImage_RunsAndLeavesFlashAlone) {
    const auto ram = image(ImageKind::Ram);
    auto flasher = open();
    EXPECT_EQ(flasher.chip(), GetParam());
    EXPECT_EQ(flasher.romVersion(), 2U);
    const auto report = flasher.loadToRam(ram, RamCheck::ReadBack, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->bytesWritten, imageBytes);
    const auto back = awaitProgram(bench_, bench_.clock(0), firstPort, 5s, {});
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(device().state(), BoardState::RamProgram);
    EXPECT_TRUE(holds(device().ram(), ram));
    EXPECT_TRUE(isBlank(device().flash().bytes()));
}

TEST_P(FlasherChips, BlankBoard_IsWrittenWithoutAnErase) {
    const auto firmware = image(ImageKind::Flash);
    const auto report = flash(firmware);
    EXPECT_EQ(report.sectors, 16U);
    EXPECT_EQ(report.equal, 0U);
    EXPECT_EQ(report.erased, 0U);
    EXPECT_EQ(report.bytesWritten, imageBytes);
    EXPECT_TRUE(holds(device().flash().bytes(), firmware));
}

TEST_P(FlasherChips, WrittenFlash_Starts) {
    flash(image(ImageKind::Flash));
    ASSERT_TRUE(open().startFlash({}));
    const auto back = awaitProgram(bench_, bench_.clock(0), firstPort, 5s, {});
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(device().state(), BoardState::FlashProgram);
}

TEST_P(FlasherChips, OldFirmware_IsErasedAndReplaced) {
    preload(device(), image(ImageKind::Flash, 7));
    const auto firmware = image(ImageKind::Flash);
    const auto report = flash(firmware);
    EXPECT_EQ(report.erased, 16U);
    EXPECT_TRUE(holds(device().flash().bytes(), firmware));
}

TEST_P(FlasherChips, SameFirmware_IsNotWritten) {
    const auto firmware = image(ImageKind::Flash);
    preload(device(), firmware);
    const auto report = flash(firmware);
    EXPECT_EQ(report.equal, 16U);
    EXPECT_EQ(report.erased, 0U);
    EXPECT_EQ(report.bytesWritten, 0U);
}

TEST_P(FlasherChips, OneChangedSector_CostsThatAndTheFirst) {
    const auto firmware = image(ImageKind::Flash);
    preload(device(), firmware);
    device().flash().bytes()[5 * 4096 + 300] ^= std::byte{0x10};
    const auto report = flash(firmware);
    EXPECT_EQ(report.equal, 15U);
    EXPECT_EQ(report.erased, 2U);
    EXPECT_EQ(report.bytesWritten, 8192U);
    EXPECT_TRUE(holds(device().flash().bytes(), firmware));
}

TEST_P(FlasherChips, FlashBeyondTheImage_IsKept) {
    device().flash().bytes()[imageBytes] = std::byte{0x42};
    flash(image(ImageKind::Flash));
    EXPECT_EQ(device().flash().at(imageBytes), std::byte{0x42});
}

TEST_P(FlasherChips, OddSize_IsPaddedAsErased) {
    auto firmware = program(GetParam(), ImageKind::Flash, 5001, 1);
    std::fill_n(device().flash().bytes().begin(), 8192, std::byte{0});
    flash(firmware);
    EXPECT_TRUE(holds(device().flash().bytes(), firmware));
    EXPECT_EQ(device().flash().at(5001), std::byte{0xFF});
    EXPECT_EQ(device().flash().at(8191), std::byte{0xFF});
}

TEST_P(FlasherChips, Gap_IsLeftAsItWas) {
    auto firmware = program(GetParam(), ImageKind::Flash, 4096, 1);
    firmware.segments.push_back({flashBase + 0x4100, test::noise(256, 3)});
    device().flash().bytes()[0x2000] = std::byte{0x42};
    const auto report = flash(firmware);
    EXPECT_EQ(report.sectors, 2U);
    EXPECT_EQ(device().flash().at(0x2000), std::byte{0x42});
    EXPECT_EQ(device().flash().at(0x4100), test::noise(1, 3)[0]);
}

TEST_P(FlasherChips, StuckBit_IsNamedAndTheBoardStaysInBootsel) {
    device().flash().stuck = simulation::StuckBit{0x5123, 0x08, false};
    auto firmware = image(ImageKind::Flash);
    firmware.segments[0].bytes[0x5123] |= std::byte{0x08};
    preload(device(), image(ImageKind::Flash, 7));
    const auto report = open().writeFlash(firmware, {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_VERIFY");
    EXPECT_THAT(report.error().message, HasSubstr("0x10005123 reads back as 0x"));
    EXPECT_THAT(report.error().message, HasSubstr("1 of the 65536 bytes from 0x10000000 differ"));
    device().powerCycle(false);
    EXPECT_EQ(device().state(), BoardState::Bootsel);
}

TEST_P(FlasherChips, IgnoredErase_IsNoticed) {
    preload(device(), image(ImageKind::Flash, 7));
    device().flash().deadSector = 0x3000;
    const auto report = open().writeFlash(image(ImageKind::Flash), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_VERIFY");
    EXPECT_THAT(report.error().message, HasSubstr("0x10003"));
    EXPECT_THAT(report.error().message, HasSubstr("plug it in with BOOTSEL held"));
}

TEST_P(FlasherChips, Verify_ComparesOnly) {
    const auto firmware = image(ImageKind::Flash);
    preload(device(), firmware);
    EXPECT_TRUE(open().verifyFlash(firmware, {}));
    device().flash().bytes()[70] ^= std::byte{1};
    const auto report = open().verifyFlash(firmware, {});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("0x10000046 reads back"));
}

TEST_P(FlasherChips, OtherChipsImage_IsRefusedUntouched) {
    const auto other = GetParam() == Chip::Rp2040 ? Chip::Rp2350 : Chip::Rp2040;
    const auto report = open().writeFlash(program(other, ImageKind::Flash, 4096, 1), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FIRMWARE_CHIP");
    EXPECT_TRUE(isBlank(device().flash().bytes()));
}

TEST_P(FlasherChips, WrongKind_IsRefused) {
    auto flasher = open();
    EXPECT_EQ(flasher.writeFlash(image(ImageKind::Ram), {}).error().code, "FIRMWARE_KIND");
    EXPECT_EQ(flasher.loadToRam(image(ImageKind::Flash), RamCheck::None, {}).error().code, "FIRMWARE_KIND");
}

TEST_P(FlasherChips, UnbootableImage_IsRefusedUntouched) {
    auto firmware = image(ImageKind::Flash);
    firmware.segments[0].bytes = test::noise(imageBytes, 9);
    EXPECT_FALSE(open().writeFlash(firmware, {}));
    EXPECT_TRUE(isBlank(device().flash().bytes()));
}

TEST_P(FlasherChips, ImageLargerThanTheKnownFlash_IsRefusedBeforeAnErase) {
    auto options = optionsOf(GetParam());
    options.flashBytes = imageBytes;
    options.otpKnowsFlashSize = true;
    BootselBench small({options});
    const auto old = program(GetParam(), ImageKind::Flash, 40000, 7);
    preload(small.device(0), old);
    const auto report =
        Flasher::open(small, firstPort, {})->writeFlash(program(GetParam(), ImageKind::Flash, 65537, 1), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_SIZE");
    EXPECT_EQ(report.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(report.error().message, HasSubstr("it takes 65 KiB of flash, the board at 1-1 has 64 KiB"));
    EXPECT_TRUE(holds(small.device(0).flash().bytes(), old));
}

/// A board that does not know how large its flash is, of 64 KiB.
BootselOptions unknowing(Chip chip) {
    auto options = optionsOf(chip);
    options.flashBytes = 64 * 1024;
    options.flashSizeCode = 0x41;
    return options;
}

TEST_P(FlasherChips, FlashOfUnknownSizeThatComesRound_IsRefusedBeforeAnErase) {
    BootselBench small({unknowing(GetParam())});
    const auto old = program(GetParam(), ImageKind::Flash, 60000, 7);
    preload(small.device(0), old);
    const auto report =
        Flasher::open(small, firstPort, {})->writeFlash(program(GetParam(), ImageKind::Flash, 80000, 1), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_SIZE");
    EXPECT_TRUE(holds(small.device(0).flash().bytes(), old));
}

TEST_P(FlasherChips, BlankFlashOfUnknownSize_IsNoticedBeforeItCanStart) {
    BootselBench small({unknowing(GetParam())});
    auto flasher = Flasher::open(small, firstPort, {});
    ASSERT_TRUE(flasher);
    EXPECT_EQ(flasher->identity({})->flashBytes, std::nullopt);
    const auto report = flasher->writeFlash(program(GetParam(), ImageKind::Flash, 80000, 1), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_VERIFY");
    small.device(0).powerCycle(false);
    EXPECT_EQ(small.device(0).state(), BoardState::Bootsel);
}

TEST_P(FlasherChips, Board_TellsWhichItIs) {
    auto options = optionsOf(GetParam());
    options.boardId = 0xE66118604B5F9A21;
    options.otpKnowsFlashSize = true;
    BootselBench bench({options});
    const auto identity = Flasher::open(bench, firstPort, {})->identity({});
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->boardId, "e66118604b5f9a21");
    EXPECT_EQ(identity->flashBytes, 2U << 20);
    EXPECT_EQ(identity->jedecId, GetParam() == Chip::Rp2040 ? 0xEF4015U : 0U);
}

TEST_P(FlasherChips, Progress_GoesFromNothingToAll) {
    preload(device(), image(ImageKind::Flash, 7));
    std::vector<double> shares;
    auto flasher = open();
    flasher.tell([&](double share) { shares.push_back(share); });
    ASSERT_TRUE(flasher.writeFlash(image(ImageKind::Flash), {}));
    EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
    EXPECT_LT(shares.front(), 0.1);
    EXPECT_DOUBLE_EQ(shares.back(), 1.0);
}

TEST_P(FlasherChips, BlankBoardToldToStart_StaysInBootsel) {
    ASSERT_TRUE(open().startFlash({}));
    const auto back = awaitProgram(bench_, bench_.clock(0), firstPort, 5s, {});
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, "BOOT_STAYED");
    EXPECT_THAT(back.error().message, HasSubstr("came back in BOOTSEL"));
}

TEST_P(FlasherChips, AwaitProgram_HasALimit) {
    const auto stayed = awaitProgram(bench_, bench_.clock(0), firstPort, 1s, {});
    EXPECT_EQ(stayed.error().code, "BOOT_STAYED");
    const auto absent = awaitProgram(bench_, bench_.clock(0), BootselBench::port(3), 1s, {});
    EXPECT_EQ(absent.error().code, "BOOT_NOT_BACK");
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(awaitProgram(bench_, bench_.clock(0), firstPort, 1s, source.get_token()).error().code,
              "CANCELLED");
}

INSTANTIATE_TEST_SUITE_P(Chips, FlasherChips, ::testing::Values(Chip::Rp2040, Chip::Rp2350),
                         [](const auto& param) { return std::string(chipText(param.param)); });

TEST(Flasher, EmptyPortAndRunningProgram_AreToldApart) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    EXPECT_EQ(Flasher::open(bench, BootselBench::port(5), {}).error().code, "USB_NO_DEVICE");
    preload(bench.device(0), program(Chip::Rp2040, ImageKind::Flash, 4096, 1));
    bench.device(0).powerCycle(false);
    (void)bench.clock(0).sleepFor(1s, {});
    const auto flasher = Flasher::open(bench, firstPort, {});
    ASSERT_FALSE(flasher);
    EXPECT_EQ(flasher.error().code, "BOOT_NOT_BOOTSEL");
    EXPECT_THAT(flasher.error().message, HasSubstr("2e8a:000a \"a running program\""));
}

TEST(Flasher, Rp2350WithoutAPartitionForIt_IsRefused) {
    auto options = optionsOf(Chip::Rp2350);
    options.acceptsFamilies = false;
    BootselBench bench({options});
    const auto report =
        Flasher::open(bench, firstPort, {})->writeFlash(program(Chip::Rp2350, ImageKind::Flash, 4096, 1), {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FLASH_PARTITION");
    EXPECT_EQ(report.error().kind, ErrorKind::NotAvailable);
}

TEST(Flasher, Rp2350Partition_SaysWhereTheImageGoes) {
    auto options = optionsOf(Chip::Rp2350);
    options.partitionOffset = 0x2000;
    BootselBench bench({options});
    const auto firmware = program(Chip::Rp2350, ImageKind::Flash, 5000, 1);
    ASSERT_TRUE(Flasher::open(bench, firstPort, {})->writeFlash(firmware, {}));
    EXPECT_TRUE(holds(bench.device(0).flash().bytes().subspan(0x2000), firmware));
    EXPECT_EQ(bench.device(0).flash().at(0), std::byte{0xFF});
}

TEST(Flasher, Rp2350ThatMayNotStartFromRam_ComesBackInBootsel) {
    auto options = optionsOf(Chip::Rp2350);
    options.ramImageForbidden = true;
    BootselBench bench({options});
    ASSERT_TRUE(Flasher::open(bench, firstPort, {})
                    ->loadToRam(program(Chip::Rp2350, ImageKind::Ram, 5000, 1), RamCheck::None, {}));
    EXPECT_EQ(awaitProgram(bench, bench.clock(0), firstPort, 5s, {}).error().code, "BOOT_STAYED");
}

TEST(Flasher, Stop_EndsAtTheNextTransfer) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    auto flasher = Flasher::open(bench, firstPort, {});
    std::stop_source source;
    source.request_stop();
    const auto report =
        flasher->writeFlash(program(Chip::Rp2040, ImageKind::Flash, 4096, 1), source.get_token());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "CANCELLED");
}

/// Milliseconds on the board's clock.
double msOf(const FlashReport& report) {
    return std::chrono::duration<double, std::milli>(report.duration).count();
}

TEST(FlashTime, RamLoad_IsTheBusAlone) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    const auto report =
        Flasher::open(bench, firstPort, {})
            ->loadToRam(program(Chip::Rp2040, ImageKind::Ram, imageBytes, 1), RamCheck::None, {});
    EXPECT_LT(msOf(*report), 1.1 * 75); // 64 KiB to RAM, measured
}

TEST(FlashTime, FirstFlashOfABlankBoard_NeedsNoErase) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    const auto report = Flasher::open(bench, firstPort, {})
                            ->writeFlash(program(Chip::Rp2040, ImageKind::Flash, imageBytes, 1), {});
    EXPECT_NEAR(msOf(*report), 187 + 294 + 187, 40); // read, write, read
}

TEST(FlashTime, FlashOverOldFirmware_IsErasePlusWritePlusVerify) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    preload(bench.device(0), program(Chip::Rp2040, ImageKind::Flash, imageBytes, 7));
    const auto report = Flasher::open(bench, firstPort, {})
                            ->writeFlash(program(Chip::Rp2040, ImageKind::Flash, imageBytes, 1), {});
    EXPECT_NEAR(msOf(*report), 150 + 294 + 187, 40); // one large block
}

TEST(FlashTime, Rp2350OverOldFirmware_ErasesSectorBySector) {
    BootselBench bench({optionsOf(Chip::Rp2350)});
    preload(bench.device(0), program(Chip::Rp2350, ImageKind::Flash, imageBytes, 7));
    const auto report = Flasher::open(bench, firstPort, {})
                            ->writeFlash(program(Chip::Rp2350, ImageKind::Flash, imageBytes, 1), {});
    EXPECT_NEAR(msOf(*report), 720 + 294 + 187, 40);
}

TEST(Flasher, LargeEraseWithoutEffect_IsDoneSectorBySector) {
    auto options = optionsOf(Chip::Rp2040);
    options.largeErases = false;
    BootselBench bench({options});
    preload(bench.device(0), program(Chip::Rp2040, ImageKind::Flash, imageBytes, 7));
    const auto firmware = program(Chip::Rp2040, ImageKind::Flash, imageBytes, 1);
    const auto report = Flasher::open(bench, firstPort, {})->writeFlash(firmware, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(holds(bench.device(0).flash().bytes(), firmware));
    EXPECT_GT(msOf(*report), 1100);
}

TEST(Flasher, LargeErases_StayInsideTheImage) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    const auto flash = bench.device(0).flash().bytes();
    std::fill(flash.begin(), flash.end(), std::byte{0x42});
    const auto firmware = program(Chip::Rp2040, ImageKind::Flash, 52 * 1024, 1);
    ASSERT_TRUE(Flasher::open(bench, firstPort, {})->writeFlash(firmware, {}));
    EXPECT_TRUE(holds(flash, firmware));
    EXPECT_EQ(flash[52 * 1024], std::byte{0x42});
}

TEST(FlashTime, SameFirmware_IsOneReading) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    const auto firmware = program(Chip::Rp2040, ImageKind::Flash, imageBytes, 1);
    preload(bench.device(0), firmware);
    const auto report = Flasher::open(bench, firstPort, {})->writeFlash(firmware, {});
    EXPECT_NEAR(msOf(*report), 187, 20);
}

} // namespace
} // namespace framegate::boot
