// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "simulation/program_name.h"
#include "support/firmware_files.h"
#include "support/virtual_lot.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::VirtualLot;

/// A lot whose Picos ship with their modules: the test firmware is loaded before each run, the product's
/// after.
class ProvisionLot : public ::testing::Test {
protected:
    static StepSpec provision() {
        StepSpec step{"provision", {}, 1, 99};
        const auto bytes = test::uf2Of(test::rp2040Flash(20 * 1024, 1), 0x10000000, 0xE48BFF56);
        step.firmware = {{"product.uf2", sha256Hex(bytes), std::make_shared<const test::Bytes>(bytes)}};
        return step;
    }
    static FlashOrder testFirmware(std::uint32_t at = simulation::startOfFlash) {
        const auto kind = at == simulation::startOfRam ? boot::ImageKind::Ram : boot::ImageKind::Flash;
        const auto program = simulation::namedProgram(simulation::testFirmwareName, at);
        return *readFlashOrderOf(test::uf2Of(program, at, 0xE48BFF56), kind);
    }
    static Result<FlashOrder> readFlashOrderOf(const test::Bytes& bytes, boot::ImageKind kind) {
        const test::TempFolder folder;
        const auto file =
            folder.write("fw.uf2", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
        return readFlashOrder(file, kind);
    }
    static Result<LotSummary> run(VirtualLot& lot, FlashOrder firmware = testFirmware()) {
        TestFirmwareLoader loader(lot.bench->usb(), std::move(firmware));
        StationRunner runner(
            lot.bench->layout(), lot.plan,
            {lot.bench->usb(), lot.bench->loader(), lot.store, {}, lot.sink, nullptr, &loader});
        return runner.run(lot.order, lot.stop.get_token());
    }
    static bool provisioned(const TestRecord& record) {
        return std::any_of(record.measurements.begin(), record.measurements.end(),
                           [](const Measurement& m) { return m.reading.name == "provision_written"; });
    }
};

TEST_F(ProvisionLot, EveryGoodUnit_ShipsWithItsFirmwareWhereverTheTestFirmwareWas) {
    for (const auto at : {simulation::startOfFlash, simulation::startOfRam}) {
        VirtualLot lot(4, 2);
        lot.plan.main.push_back(provision());
        const auto summary = run(lot, testFirmware(at));
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_EQ(summary->passed, 4U);
        for (const auto& record : lot.store.records) {
            EXPECT_EQ(record.run, 1) << record.failureCode << " " << record.failureDetail;
            EXPECT_TRUE(provisioned(record)) << record.serial;
        }
    }
}

TEST_F(ProvisionLot, BadUnit_DoesNotShip) {
    VirtualLot lot(2, 1, "[[unit]]\nindex = 1\nfault = \"i2c-write-busy\"\nus = 3000\n");
    lot.plan.main.push_back(provision());
    const auto summary = run(lot);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->failed, 1U);
    EXPECT_EQ(summary->passed, 1U);
    for (const auto& record : lot.store.records)
        EXPECT_EQ(provisioned(record), record.outcome == Outcome::Pass) << record.serial;
}

TEST(SwappedBoard, IsNotedOrRefusedButNeverTheUnitsFault) {
    for (const auto how : {SwappedBoards::Note, SwappedBoards::Refuse}) {
        VirtualLot lot(1, 1);
        auto layout = lot.bench->layout();
        layout.slots[0].boardId = "e66118604b5f9a21";
        layout.swappedBoards = how;
        std::vector<std::string> notices;
        lot.sink.onEvent = [&](const RunEvent& event) {
            if (const auto* notice = std::get_if<StationNotice>(&event)) notices.push_back(notice->message);
        };
        StationRunner runner(layout, lot.plan,
                             {lot.bench->usb(), lot.bench->loader(), lot.store, {}, lot.sink});
        ASSERT_TRUE(runner.run(lot.order, {}));
        const auto& record = lot.store.records.front();
        const bool noted = how == SwappedBoards::Note;
        EXPECT_EQ(record.outcome, noted ? Outcome::Pass : Outcome::Error);
        EXPECT_EQ(record.failureCode, noted ? "" : "BOARD_SWAPPED");
        EXPECT_EQ(notices.empty(), !noted);
    }
}

} // namespace
} // namespace framegate
