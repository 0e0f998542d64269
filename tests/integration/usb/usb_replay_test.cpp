// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions on the virtual bench that are recorded and then played: each must come to the same result.
#include "bench/fixture_board.h"
#include "engine/unit_run.h"
#include "flashing/board_flashing.h"
#include "support/faulty_usb.h"
#include "support/temp_folder.h"
#include "support/virtual_lot.h"
#include "unit/boot/boot_bench.h"
#include "usb/recording_backend.h"
#include "usb/replay_backend.h"

#include <functional>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using boot::BootselBench;
using boot::Chip;
using ::testing::HasSubstr;

/// What became of the same work, recorded on \a bench and replayed.
template <class T>
struct Twice {
    T then;
    T replayed;
    std::size_t left = 0; ///< records nobody asked for
};

template <class T>
Twice<T> recordAndReplay(UsbBackend& bench, const std::function<T(UsbBackend&)>& work) {
    const test::TempFolder folder;
    T then = work(*recordUsb(bench, UsbRecording::create(folder / "usb.jsonl").value()));
    const auto replay = ReplayBackend::read(folder / "usb.jsonl").value();
    T replayed = work(*replay);
    return {std::move(then), std::move(replayed), replay->left()};
}

std::string textOf(const Result<boot::FlashReport>& result) {
    if (!result) return result.error().code + " " + result.error().message;
    return fmt::format("{} sectors, {} equal, {} erased, {} bytes, {} ns", result->sectors, result->equal,
                       result->erased, result->bytesWritten, result->duration.count());
}

/// A board that holds other firmware is flashed, by way of \a usb.
std::string flash(Chip chip, UsbBackend& usb) {
    const FlashOrder order{{boot::program(chip, boot::ImageKind::Flash, 20 * 1024, 1)},
                           boot::ImageKind::Flash};
    const FlashTarget target{1, BootselBench::port(0)};
    return textOf(flashBoard(usb, target, order, [](const FlashTarget&, FlashStage, double) {}, {}));
}

Twice<std::string> flashTwice(Chip chip, test::UsbFaultPlan faults) {
    BootselBench bench({boot::optionsOf(chip)});
    boot::preload(bench.device(0), boot::program(chip, boot::ImageKind::Flash, 24 * 1024, 7));
    test::FaultyBackend faulty(bench, faults);
    return recordAndReplay<std::string>(faulty, [chip](UsbBackend& usb) { return flash(chip, usb); });
}

TEST(UsbReplay, FlashSession_ComesToTheSameReport) {
    for (const auto chip : {Chip::Rp2040, Chip::Rp2350}) {
        const auto twice = flashTwice(chip, {});
        EXPECT_THAT(twice.then, HasSubstr("5 sectors, 0 equal, "));
        EXPECT_EQ(twice.replayed, twice.then);
        EXPECT_EQ(twice.left, 0U);
    }
}

TEST(UsbReplay, FlashSessionThatFailed_FailsInTheSameWay) {
    const auto twice = flashTwice(Chip::Rp2040, {test::UsbFault::Timeout, 20});
    EXPECT_THAT(twice.then, HasSubstr("USB_TIMEOUT slot 1 (1-1): writing and verifying: "));
    EXPECT_EQ(twice.replayed, twice.then);
    EXPECT_EQ(twice.left, 0U);
}

struct Captured {
    std::string outcome;
    std::vector<double> values;
    std::vector<PictureBytes> pictures;
};

/// One unit in the virtual bench's slot, at the plan's smallest size.
Captured capture(TestPlan plan, UsbBackend& usb) {
    for (auto& step : plan.main)
        if (!step.resolutions.empty()) step.resolutions.resize(1);
    Captured captured;
    const auto keep = [&](const RunEvent& event) {
        if (const auto* taken = std::get_if<PictureTaken>(&event)) captured.pictures.push_back(taken->bytes);
    };
    WorkPool pool(1);
    UnitRun run(plan, TestRecord{}, pool, keep, [](Resolution, const PictureBytes&) {});
    const auto record = run.run(usb.open(UsbPortPath(1, {1}), firmwareInterface).value(), {});
    captured.outcome = fmt::format("{} {} {} {} ns", outcomeText(record.outcome), record.failureCode,
                                   record.firmware, record.duration.count());
    for (const auto& measurement : record.measurements)
        captured.values.push_back(measurement.reading.value);
    return captured;
}

TEST(UsbReplay, CaptureSession_ComesToTheSameMeasurementsAndPicture) {
    const test::VirtualLot lot(1, 1);
    const auto twice =
        recordAndReplay<Captured>(lot.bench->usb(), [&](UsbBackend& usb) { return capture(lot.plan, usb); });
    EXPECT_THAT(twice.then.outcome, HasSubstr("PASS"));
    EXPECT_EQ(twice.replayed.outcome, twice.then.outcome);
    EXPECT_EQ(twice.replayed.values, twice.then.values);
    ASSERT_EQ(twice.then.pictures.size(), 1U);
    EXPECT_EQ(*twice.replayed.pictures.at(0), *twice.then.pictures.at(0));
    EXPECT_EQ(twice.left, 0U);
}

} // namespace
} // namespace framegate
