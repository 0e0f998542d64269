// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/virtual_lot.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>
#include <set>

namespace framegate {
namespace {

using test::VirtualLot;

std::string faultyUnit(std::string_view fault, std::string_view more = {}) {
    return fmt::format("[[unit]]\nindex = 1\nfault = \"{}\"\n{}\n", fault, more);
}

TEST(Lot, GoodUnitsOnFourSlots_AllPass) {
    VirtualLot lot(8, 4);
    const auto summary = lot.run();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->passed, 8U);
    for (const auto& record : lot.store.records) {
        EXPECT_EQ(record.outcome, Outcome::Pass)
            << record.serial << " " << record.failureCode << " " << record.failureDetail;
        EXPECT_GT(record.duration.count(), 0);
        EXPECT_FALSE(record.boardId.empty());
        EXPECT_FALSE(record.firmware.empty());
    }
}

TEST(Lot, SlotCount_ChangesNoMeasurementAndNoTime) {
    std::map<std::string, std::string> single;
    for (const int slots : {1, 3}) {
        VirtualLot lot(6, slots);
        ASSERT_TRUE(lot.run());
        for (const auto& record : lot.store.records) {
            auto text = fmt::format("{} {}", outcomeText(record.outcome), record.duration.count());
            for (const auto& m : record.measurements)
                text += fmt::format(" {}={}", m.reading.name, m.reading.value);
            if (slots == 1)
                single[record.serial] = text;
            else
                EXPECT_EQ(single[record.serial], text) << record.serial;
        }
    }
}

TEST(Lot, StopInMidCapture_AbortsAndTearsDownEverySlot) {
    VirtualLot lot(20, 4);
    std::map<int, bool> standby;
    lot.sink.onEvent = [&](const RunEvent& event) {
        if (const auto* step = std::get_if<StepStarted>(&event)) {
            standby[step->slot] = step->step == "standby";
            if (step->step == "capture") lot.stop.request_stop();
        }
    };
    const auto summary = lot.run();
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->exitStatus(true), 130);
    EXPECT_GE(summary->aborted, 1U);
    EXPECT_EQ(summary->passed, 0U);
    for (const auto& [slot, inStandby] : standby)
        EXPECT_TRUE(inStandby) << "slot " << slot;
}

TEST(Lot, AfterABadUnit_TheSlotPassesTheNext) {
    VirtualLot lot(2, 1, faultyUnit("sensor-dead"));
    ASSERT_TRUE(lot.run());
    ASSERT_EQ(lot.store.records.size(), 2U);
    EXPECT_EQ(lot.store.records[0].outcome, Outcome::Fail);
    EXPECT_EQ(lot.store.records[1].outcome, Outcome::Pass) << lot.store.records[1].failureDetail;
}

std::size_t capturesOf(const TestPlan& plan) {
    const auto capture = std::find_if(plan.main.begin(), plan.main.end(),
                                      [](const StepSpec& spec) { return spec.type == "capture"; });
    return capture == plan.main.end() ? 0 : capture->resolutions.size();
}

class LotOfBoard : public testing::TestWithParam<const char*> {};

TEST_P(LotOfBoard, GoodUnits_PassAtEverySizeOfThePlan) {
    VirtualLot lot(3, 2, {}, GetParam());
    const auto summary = lot.run();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->passed, 3U);
    for (const auto& record : lot.store.records) {
        EXPECT_EQ(record.outcome, Outcome::Pass)
            << record.serial << " " << record.failureCode << " " << record.failureDetail;
        std::set<std::string> valid;
        for (const auto& m : record.measurements)
            if (m.reading.name == "jpeg_valid" && m.reading.value == 1)
                valid.insert(m.reading.resolution->text());
        EXPECT_EQ(valid.size(), capturesOf(lot.plan));
    }
}

INSTANTIATE_TEST_SUITE_P(Boards, LotOfBoard,
                         testing::Values("ov2640.toml", "ov2640-384k.toml", "ov5642.toml",
                                         "ov5642-512k.toml"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
                             return name;
                         });

/// The smallest frame memory, at the quality that the plan lowers for its sake.
TEST(Lot, FiveMegapixelsInStandardQuality_DoNotFitTheSmallMemory) {
    VirtualLot lot(1, 1, {}, "ov5642-512k.toml");
    lot.plan.sensor.setQuality({2592, 1944}, lot.plan.sensor.jpegQuality->standard);
    ASSERT_TRUE(lot.run());
    EXPECT_EQ(lot.store.records.back().outcome, Outcome::Fail);
    EXPECT_EQ(lot.store.records.back().failureCode, "FIFO_OVERFLOW");
}

struct FaultCase {
    const char* fault;
    const char* more;
    Outcome outcome;
    const char* codes; ///< any of these, separated by spaces; empty: any code
    const char* plan = "ov2640.toml";
};

constexpr const char* fiveMegapixels = "ov5642-quick.toml";

std::string faultName(const testing::TestParamInfo<FaultCase>& tested) {
    std::string name = fmt::format("{}_{}", tested.param.fault, tested.index);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class LotFault : public testing::TestWithParam<FaultCase> {};

/// The bad unit's last run, and behind it a good unit in the same slot.
TEST_P(LotFault, IsFoundWithItsOutcomeAndCodeAndTheNextUnitPasses) {
    const auto& fault = GetParam();
    VirtualLot lot(2, 1, faultyUnit(fault.fault, fault.more), fault.plan, 11, false);
    ASSERT_TRUE(lot.run());
    ASSERT_GE(lot.store.records.size(), 2U);
    const auto& record = *(lot.store.records.end() - 2);
    EXPECT_EQ(record.serial, Serial::numbered(1).text());
    EXPECT_EQ(lot.store.records.back().outcome, Outcome::Pass) << lot.store.records.back().failureDetail;
    EXPECT_EQ(record.outcome, fault.outcome) << record.failureCode << ": " << record.failureDetail;
    EXPECT_FALSE(record.failureCode.empty());
    const std::string codes = fmt::format(" {} ", fault.codes);
    if (codes.size() > 2) {
        EXPECT_NE(codes.find(" " + record.failureCode + " "), std::string::npos)
            << record.failureCode << ": " << record.failureDetail;
    }
    EXPECT_LT(record.duration, lot.plan.unitTimeLimit);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, LotFault,
    testing::Values(FaultCase{"i2c-write-busy", "us = 3000", Outcome::Fail, "REGISTER_READBACK WRONG_SENSOR"},
                    FaultCase{"i2c-write-busy", "us = 1700", Outcome::Fail, "REGISTER_READBACK WRONG_SENSOR"},
                    FaultCase{"wrong-sensor", "id = 0x5642", Outcome::Fail, "WRONG_SENSOR"},
                    FaultCase{"sensor-dead", "", Outcome::Fail, "SENSOR_NO_ACK"},
                    FaultCase{"absent", "", Outcome::Error, "NO_MODULE"},
                    FaultCase{"capture-never-done", "", Outcome::Fail, "CAPTURE_TIMEOUT"},
                    FaultCase{"dvp-stuck-bit", "bit = 3\nlevel = 1", Outcome::Fail, ""},
                    FaultCase{"jpeg-no-eoi", "", Outcome::Fail, ""},
                    FaultCase{"slow-settle", "ms = 4000", Outcome::Fail, ""},
                    FaultCase{"reset-busy", "ms = 600", Outcome::Fail, "REGISTER_READBACK"},
                    FaultCase{"i2c-nack", "probability = 0.1", Outcome::Fail, ""},
                    FaultCase{"spi-noise", "ber_8mhz = 6e-5", Outcome::Fail, ""},
                    FaultCase{"spi-bit-rotate", "", Outcome::Fail, "SPI_SCRATCH"},
                    FaultCase{"spi-dummy-byte", "", Outcome::Fail, "JPEG_SOI_MISSING"},
                    FaultCase{"standby-stuck", "", Outcome::Fail, "SENSOR_NO_ACK"},
                    FaultCase{"vsync-polarity", "", Outcome::Fail, "FIFO_SHORT"},
                    FaultCase{"fifo-overflow", "", Outcome::Fail, "FIFO_OVERFLOW"},
                    FaultCase{"fifo-stale", "bytes = 1024", Outcome::Fail, "JPEG_SOI_MISSING"},
                    FaultCase{"jpeg-engine-glitch", "probability = 1", Outcome::Fail, ""},
                    FaultCase{"size-ignored", "from = \"640x480\"", Outcome::Fail, "JPEG_WRONG_SIZE"},
                    FaultCase{"usb-disconnect", "at_byte = 30000", Outcome::Error, "USB_DISCONNECTED"},
                    FaultCase{"usb-disconnect", "at_byte = 10", Outcome::Error, "USB_DISCONNECTED"},
                    FaultCase{"usb-stall", "at_byte = 10", Outcome::Error, "USB_STALL"},
                    FaultCase{"usb-corrupt", "at_byte = 10", Outcome::Error, "WIRE_BAD_FRAME"},
                    FaultCase{"usb-drop", "at_byte = 10", Outcome::Error, "WIRE_BAD_FRAME"},
                    FaultCase{"brownout", "from = \"640x480\"", Outcome::Fail, "REGISTERS_LOST"},
                    FaultCase{"fifo-stale", "bytes = 1024\nwhere = \"behind\"", Outcome::Fail,
                              "JPEG_TAIL_NONZERO JPEG_SECOND_PICTURE"},
                    FaultCase{"i2c-nack", "probability = 0.015", Outcome::Fail, "LIMIT_I2C_NACKS"},
                    FaultCase{"board-hang", "at = \"script\"", Outcome::Error, "USB_TIMEOUT"},
                    FaultCase{"board-hang", "at = \"read\"", Outcome::Error, "USB_TIMEOUT"},
                    FaultCase{"board-hang", "at = \"capture\"", Outcome::Error, "USB_TIMEOUT"},
                    FaultCase{"board-hang", "at = \"hello\"", Outcome::Error, "USB_TIMEOUT"},
                    FaultCase{"open", "pin = \"miso\"", Outcome::Fail, "SPI_SCRATCH"},
                    FaultCase{"open", "pin = \"sda\"", Outcome::Fail, "LINE_OPEN"}),
    faultName);

double sumOf(const TestRecord& record, std::string_view name) {
    double sum = 0;
    for (const auto& m : record.measurements)
        if (m.reading.name == name) sum += m.reading.value;
    return sum;
}

class LotLink : public testing::TestWithParam<const char*> {};

/// In the first picture's bytes, and only once: the capture is taken again.
TEST_P(LotLink, DamageInOneTransfer_IsMadeGoodAndCounted) {
    VirtualLot lot(1, 1, faultyUnit(GetParam(), "at_byte = 5000"));
    ASSERT_TRUE(lot.run());
    const auto& record = lot.store.records.back();
    EXPECT_EQ(record.outcome, Outcome::Pass) << record.failureCode << ": " << record.failureDetail;
    EXPECT_EQ(record.run, 1);
    EXPECT_EQ(sumOf(record, "link_errors"), 1);
}

/// More than a plan's repeats make good.
TEST_P(LotLink, DamageThatGoesOn_IsAnErrorNeverAFail) {
    VirtualLot lot(4, 2,
                   "[[slot]]\nslot = 1\nfault = \"" + std::string(GetParam()) + "\"\nprobability = 0.05\n");
    ASSERT_TRUE(lot.run());
    for (const auto& record : lot.store.records)
        EXPECT_EQ(record.outcome, record.slot == 1 ? Outcome::Error : Outcome::Pass)
            << record.serial << " " << record.failureCode << ": " << record.failureDetail;
}

INSTANTIATE_TEST_SUITE_P(Faults, LotLink, testing::Values("usb-corrupt", "usb-drop", "usb-stall"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

/// With repeats to spare, the limit speaks, and it blames the station.
TEST(Lot, ManyDamagedTransfers_AreTheStationsError) {
    VirtualLot lot(1, 1, faultyUnit("usb-corrupt", "probability = 0.0015"));
    lot.plan.timing.linkRetries = 1000;
    ASSERT_TRUE(lot.run());
    const auto& record = lot.store.records.back();
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "LIMIT_LINK_ERRORS") << record.failureDetail;
    EXPECT_GT(sumOf(record, "link_errors"), 1);
}

TEST(Lot, BoardThatHangs_IsRestartedBeforeTheNextRun) {
    VirtualLot lot(2, 1, faultyUnit("board-hang", "at = \"capture\""));
    std::vector<std::string> notices;
    lot.sink.onEvent = [&](const RunEvent& event) {
        if (const auto* notice = std::get_if<StationNotice>(&event)) notices.push_back(notice->message);
    };
    ASSERT_TRUE(lot.run());
    EXPECT_THAT(notices, testing::ElementsAre("the board was restarted", "the board was restarted"));
    ASSERT_EQ(lot.store.records.size(), 3U);
    EXPECT_EQ(sumOf(lot.store.records[0], "board_watchdog_restart"), 0);
    EXPECT_EQ(sumOf(lot.store.records[1], "board_watchdog_restart"), 1);
    EXPECT_EQ(lot.store.records[2].outcome, Outcome::Pass);
}

/// As a rule of the plan says so: the board then stays as it is, and nobody takes that for a bad unit.
TEST(Lot, BoardThatHangsAndIsNotRestarted_GivesErrorsToTheEnd) {
    VirtualLot lot(3, 1, faultyUnit("board-hang", "at = \"capture\""));
    lot.plan.restartLimit = std::chrono::milliseconds(0);
    ASSERT_TRUE(lot.run());
    for (const auto& record : lot.store.records)
        EXPECT_EQ(record.outcome, Outcome::Error) << record.serial;
}

/// A contact that opens for moments: the operations are repeated, so the registers end up right.
TEST(Lot, UnacknowledgedOperations_AreCountedWhileEverythingElseIsMeasured) {
    VirtualLot lot(1, 1, faultyUnit("i2c-nack", "probability = 0.015"), "ov2640.toml");
    ASSERT_TRUE(lot.run());
    const auto& record = lot.store.records.back();
    EXPECT_EQ(record.failureCode, "LIMIT_I2C_NACKS") << record.failureDetail;
    EXPECT_GT(sumOf(record, "i2c_nacks"), 3);
    EXPECT_EQ(sumOf(record, "register_mismatches"), 0);
    EXPECT_EQ(sumOf(record, "jpeg_valid"), lot.plan.sensor.modes.size());
}

INSTANTIATE_TEST_SUITE_P(
    FaultsOfTheOv5642, LotFault,
    testing::Values(
        FaultCase{"i2c-write-busy", "us = 3000", Outcome::Fail, "REGISTER_READBACK", fiveMegapixels},
        FaultCase{"wrong-sensor", "", Outcome::Fail, "WRONG_SENSOR", fiveMegapixels},
        FaultCase{"sensor-dead", "", Outcome::Fail, "SENSOR_NO_ACK", fiveMegapixels},
        FaultCase{"absent", "", Outcome::Error, "NO_MODULE", fiveMegapixels},
        FaultCase{"reset-busy", "ms = 600", Outcome::Fail, "REGISTER_READBACK", fiveMegapixels},
        FaultCase{"slow-settle", "ms = 4000", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"capture-never-done", "", Outcome::Fail, "CAPTURE_TIMEOUT", fiveMegapixels},
        FaultCase{"standby-stuck", "", Outcome::Fail, "SENSOR_NO_ACK", fiveMegapixels},
        FaultCase{"fifo-overflow", "", Outcome::Fail, "FIFO_OVERFLOW", fiveMegapixels},
        FaultCase{"fifo-stale", "bytes = 1024", Outcome::Fail, "JPEG_SOI_MISSING", fiveMegapixels},
        FaultCase{"jpeg-no-eoi", "", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"size-ignored", "from = \"2592x1944\"", Outcome::Fail, "JPEG_WRONG_SIZE", fiveMegapixels},
        FaultCase{"dvp-stuck-bit", "bit = 3\nlevel = 1", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"vsync-polarity", "", Outcome::Fail, "FIFO_SHORT", fiveMegapixels},
        FaultCase{"i2c-nack", "probability = 0.1", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"jpeg-engine-glitch", "probability = 1", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"jpeg-bit-flip", "flips = 100", Outcome::Fail, "", fiveMegapixels},
        FaultCase{"brownout", "from = \"2592x1944\"", Outcome::Fail, "REGISTERS_LOST", fiveMegapixels},
        FaultCase{"spi-dummy-byte", "", Outcome::Fail, "JPEG_SOI_MISSING", fiveMegapixels}),
    faultName);

} // namespace
} // namespace framegate
