// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/board_flashing.h"

#include "simulation/virtual_bench.h"
#include "support/faulty_usb.h"
#include "unit/boot/boot_bench.h"

#include <algorithm>
#include <atomic>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using boot::BoardState;
using boot::BootselBench;
using boot::Chip;
using boot::ImageKind;
using boot::optionsOf;
using ::testing::HasSubstr;

constexpr std::size_t imageBytes = 20 * 1024;
const FlashWatcher nobody = [](const FlashTarget&, FlashStage, double) {};

FlashOrder orderFor(ImageKind kind) {
    return {
        {boot::program(Chip::Rp2040, kind, imageBytes, 1), boot::program(Chip::Rp2350, kind, imageBytes, 1)},
        kind};
}

std::vector<FlashTarget> slots(int count) {
    std::vector<FlashTarget> all;
    for (int i = 0; i < count; ++i)
        all.push_back({i + 1, BootselBench::port(static_cast<std::size_t>(i))});
    return all;
}

/// Slot 1 runs the test firmware; at the second frame, the request to reboot, it becomes a board in BOOTSEL,
/// where it obeys.
class RunningBoard : public UsbBackend {
public:
    explicit RunningBoard(bool obeys) : obeys_(obeys) {}
    Result<std::vector<UsbDevice>> devices() override { return now().devices(); }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        auto transport = now().open(port, match);
        if (!transport || inBootsel_) return transport;
        return std::make_unique<Listening>(std::move(*transport), *this);
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        return now().restart(port, match, request, limit, std::move(stop));
    }
    BootselBench bootsel{{optionsOf(Chip::Rp2040)}};

private:
    struct Listening : UsbTransport {
        Listening(std::unique_ptr<UsbTransport> to, RunningBoard& owner)
            : to_(std::move(to)), owner_(owner) {}
        Clock& clock() override { return to_->clock(); }
        Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
            if (++owner_.frames_ == 2) {
                owner_.inBootsel_ = owner_.obeys_;
                if (!owner_.obeys_) return {}; // it never hears of it
            }
            return to_->send(bytes, deadline, std::move(stop));
        }
        Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                    std::stop_token stop) override {
            return to_->receive(buffer, deadline, std::move(stop));
        }
        Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                    std::stop_token stop) override {
            return to_->control(request, bytes, deadline, std::move(stop));
        }
        Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
            return to_->clearHalt(pipe, deadline, std::move(stop));
        }
        std::unique_ptr<UsbTransport> to_;
        RunningBoard& owner_;
    };
    UsbBackend& now() { return inBootsel_ ? static_cast<UsbBackend&>(bootsel) : *firmware_; }

    std::unique_ptr<simulation::VirtualBench> firmware_ = *simulation::VirtualBench::create({});
    bool obeys_;
    bool inBootsel_ = false;
    int frames_ = 0;
};

TEST(BoardFlashing, EightBoardsOfBothChipsAtOnce_AllRunTheFirmware) {
    std::vector<boot::BootselOptions> boards;
    for (int i = 0; i < 8; ++i)
        boards.push_back(optionsOf(i % 2 == 0 ? Chip::Rp2040 : Chip::Rp2350));
    BootselBench bench(boards);
    const auto order = orderFor(ImageKind::Flash);
    const auto targets = slots(8);
    const auto outcomes = flashBoards(bench, targets, order, nobody, {});
    for (std::size_t i = 0; i < 8; ++i) {
        ASSERT_TRUE(outcomes[i].result) << outcomes[i].result.error().message;
        EXPECT_EQ(bench.device(i).state(), BoardState::FlashProgram);
        EXPECT_TRUE(boot::holds(bench.device(i).flash().bytes(), order.images[i % 2]));
    }
}

TEST(BoardFlashing, RamImage_RunsAndLeavesFlashBlank) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    const auto done = flashBoard(bench, slots(1)[0], orderFor(ImageKind::Ram), nobody, {});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(bench.device(0).state(), BoardState::RamProgram);
    EXPECT_TRUE(boot::isBlank(bench.device(0).flash().bytes()));
}

TEST(BoardFlashing, DamagedFlash_IsAnErrorOfThatSlotOnly) {
    auto stuck = optionsOf(Chip::Rp2040);
    stuck.deadSector = 4096;
    BootselBench bench({optionsOf(Chip::Rp2040), stuck});
    boot::preload(bench.device(1), boot::program(Chip::Rp2040, ImageKind::Flash, imageBytes, 7));
    const auto targets = slots(2);
    const auto outcomes = flashBoards(bench, targets, orderFor(ImageKind::Flash), nobody, {});
    EXPECT_TRUE(outcomes[0].result);
    ASSERT_FALSE(outcomes[1].result);
    EXPECT_EQ(outcomes[1].result.error().code, "FLASH_VERIFY");
    EXPECT_THAT(outcomes[1].result.error().message, HasSubstr("slot 2 (1-2): writing and verifying"));
}

class HitTransfers : public ::testing::TestWithParam<test::UsbFault> {};

TEST_P(HitTransfers, EachInTurn_IsAnErrorWithTheSlotAndTheOtherSlotGoesOn) {
    const auto order = orderFor(ImageKind::Flash);
    const auto targets = slots(2);
    const auto run = [&](test::UsbFaultPlan& plan) {
        BootselBench bench({optionsOf(Chip::Rp2040), optionsOf(Chip::Rp2040)});
        test::FaultyPort backend(bench, BootselBench::port(1), plan);
        return flashBoards(backend, targets, order, nobody, {});
    };
    test::UsbFaultPlan none;
    ASSERT_TRUE(run(none)[1].result);
    ASSERT_GT(none.count, 10);
    int errors = 0;
    for (int at = 0; at < none.count; ++at) {
        test::UsbFaultPlan plan{GetParam(), at};
        const auto outcomes = run(plan);
        EXPECT_TRUE(outcomes[0].result) << at;
        if (outcomes[1].result) continue;
        ++errors;
        EXPECT_THAT(outcomes[1].result.error().message, HasSubstr("slot 2 (1-2): ")) << at;
        EXPECT_THAT(outcomes[1].result.error().message, HasSubstr("plug it in")) << at;
    }
    const bool onlyIn = GetParam() == test::UsbFault::Babble;
    EXPECT_GT(errors, none.count / (onlyIn ? 4 : 2));
}

INSTANTIATE_TEST_SUITE_P(All, HitTransfers,
                         ::testing::Values(test::UsbFault::Stall, test::UsbFault::Timeout,
                                           test::UsbFault::ShortPacket, test::UsbFault::Babble,
                                           test::UsbFault::Disconnect));

TEST(BoardFlashing, RunningFirmware_IsSentToBootselAndFlashed) {
    RunningBoard bench(true);
    const auto done = flashBoard(bench, slots(1)[0], orderFor(ImageKind::Flash), nobody, {});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(bench.bootsel.device(0).state(), BoardState::FlashProgram);
}

TEST(BoardFlashing, FirmwareThatStays_IsReportedInBoundedTime) {
    RunningBoard bench(false);
    const auto done = flashBoard(bench, slots(1)[0], orderFor(ImageKind::Flash), nobody, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "BOOTSEL_NOT_REACHED");
    EXPECT_THAT(done.error().message, HasSubstr("slot 1 (1-1): bringing the board into BOOTSEL"));
}

TEST(BoardFlashing, StopRequest_EndsAsCancelled) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    std::stop_source stop;
    stop.request_stop();
    const auto done = flashBoard(bench, slots(1)[0], orderFor(ImageKind::Flash), nobody, stop.get_token());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
}

TEST(FlashTargets, SeveralBoardsWithoutAChoice_AreRefusedWithTheirList) {
    BootselBench bench({optionsOf(Chip::Rp2040), optionsOf(Chip::Rp2040)});
    const auto targets = chooseTargets(bench, {}, {});
    ASSERT_FALSE(targets);
    EXPECT_EQ(targets.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(targets.error().message, HasSubstr("port 1-1, port 1-2; say --slot N or --all"));
    EXPECT_EQ(chooseTargets(bench, {}, {std::nullopt, true})->size(), 2U);
}

TEST(FlashTargets, EmptySlotOfTheStation_IsMissed) {
    BootselBench bench({optionsOf(Chip::Rp2040)});
    StationLayout layout;
    layout.slots = {{1, BootselBench::port(0)}, {2, BootselBench::port(1)}};
    const auto targets = chooseTargets(bench, layout, {std::nullopt, true});
    ASSERT_EQ(targets->size(), 2U);
    const auto outcomes = flashBoards(bench, *targets, orderFor(ImageKind::Ram), nobody, {});
    EXPECT_TRUE(outcomes[0].result);
    EXPECT_EQ(outcomes[1].result.error().code, "USB_NO_DEVICE");
    EXPECT_THAT(chooseTargets(bench, layout, {3, false}).error().message, HasSubstr("has 2 slots"));
}

} // namespace
} // namespace framegate
