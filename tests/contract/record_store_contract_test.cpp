// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/record_store.h"
#include "support/temp_folder.h"
#include "unit/records/record_samples.h"

#include <gmock/gmock.h>
#include <limits>
#include <thread>

namespace framegate {
namespace {

using test::exactText;
using test::exactTexts;
using test::sampleRecord;
using testing::ElementsAre;
using testing::IsEmpty;

/// How to reach a fresh, empty store of one kind.
struct StoreKind {
    const char* name;
    std::string (*url)(const test::TempFolder& folder);
};

class RecordStoreContract : public testing::TestWithParam<StoreKind> {
protected:
    RecordStoreContract() { open(); }
    void open() {
        store_.reset();
        auto opened = openRecordStore(GetParam().url(folder_));
        if (opened)
            store_ = std::move(*opened);
        else
            ADD_FAILURE() << opened.error().message;
    }
    void SetUp() override { ASSERT_TRUE(store_); }
    void commit(const TestRecord& record) {
        const auto committed = store_->commit(record);
        EXPECT_TRUE(committed) << committed.error().message;
    }
    std::vector<TestRecord> lot(std::string_view name = "L1") {
        auto records = store_->lot(name);
        EXPECT_TRUE(records) << records.error().message;
        return records ? *records : std::vector<TestRecord>{};
    }
    std::vector<std::string> lots() {
        auto names = store_->lots();
        EXPECT_TRUE(names) << names.error().message;
        return names ? *names : std::vector<std::string>{};
    }
    /// \a record after a commit and a new start.
    TestRecord keptOf(const TestRecord& record) {
        commit(record);
        open();
        const auto records = lot(record.lot);
        EXPECT_EQ(records.size(), 1U);
        return records.empty() ? TestRecord{} : records.front();
    }

    test::TempFolder folder_;
    std::unique_ptr<RecordStore> store_;
};

TEST_P(RecordStoreContract, EmptyStore_HasNoLots) {
    EXPECT_THAT(lots(), IsEmpty());
    EXPECT_THAT(lot("nothing"), IsEmpty());
}

TEST_P(RecordStoreContract, RecordWithEveryField_ComesBackEqualAfterReopening) {
    const auto record = sampleRecord();
    EXPECT_EQ(exactText(keptOf(record)), exactText(record));
}

TEST_P(RecordStoreContract, RecordWithoutAnything_ComesBackEqual) {
    const TestRecord record;
    EXPECT_EQ(exactText(keptOf(record)), exactText(record));
}

TEST_P(RecordStoreContract, EveryOutcome_ComesBack) {
    std::vector<TestRecord> records;
    for (const auto outcome : {Outcome::Pass, Outcome::Fail, Outcome::Error, Outcome::Aborted}) {
        records.push_back(sampleRecord("FG-" + std::string(outcomeText(outcome))));
        records.back().outcome = outcome;
        records.back().marginal = outcome == Outcome::Pass;
        commit(records.back());
    }
    EXPECT_EQ(exactTexts(lot()), exactTexts(records));
}

TEST_P(RecordStoreContract, AwkwardDoubles_ComeBackToTheLastBit) {
    using Limits = std::numeric_limits<double>;
    auto record = sampleRecord();
    record.measurements.clear();
    for (const double value :
         {0.1, 1.0 / 3, 1e300, -1e-300, 5e-324, Limits::max(), Limits::lowest(), Limits::epsilon(),
          9007199254740993.0, 0.0, 1.0, Limits::infinity(), -Limits::infinity()}) {
        auto measurement = test::sampleMeasurement(value);
        measurement.low = -value;
        measurement.high = value;
        measurement.outcome = MeasurementOutcome::Marginal;
        if (value != 0) record.measurements.push_back(measurement);
    }
    EXPECT_EQ(exactText(keptOf(record)), exactText(record));
}

TEST_P(RecordStoreContract, NotANumber_ComesBackAsNotANumber) {
    auto record = sampleRecord();
    record.measurements.front().reading.value = std::numeric_limits<double>::quiet_NaN();
    record.measurements.front().outcome = MeasurementOutcome::Fail;
    EXPECT_TRUE(std::isnan(keptOf(record).measurements.at(0).reading.value));
}

TEST_P(RecordStoreContract, AwkwardTexts_ComeBackEqual) {
    auto record = sampleRecord("FG'); DROP TABLE runs; --", "Los Nr. 7 \"grün\" \U0001F4F7");
    record.failureDetail = "line one\nline two\ttab \\ ' \" ; % ? \xE2\x82\xAC";
    record.failedMeasurements = {"a;b", "", "quote\"", "backslash\\", "\xC3\xA9@320x240"};
    EXPECT_EQ(exactText(keptOf(record)), exactText(record));
}

TEST_P(RecordStoreContract, DurationsFromNanosecondsToYears_ComeBackExactly) {
    for (const long long count : {0LL, 1LL, 999'999'999LL, std::numeric_limits<long long>::max()}) {
        auto record = sampleRecord(std::to_string(count), std::to_string(count));
        record.duration = std::chrono::nanoseconds(count);
        EXPECT_EQ(keptOf(record).duration.count(), count);
    }
}

TEST_P(RecordStoreContract, LargestResolution_ComesBack) {
    auto record = sampleRecord();
    record.measurements.front().reading.resolution = Resolution{65535, 65535};
    EXPECT_EQ(keptOf(record).measurements.at(0).reading.resolution, (Resolution{65535, 65535}));
}

TEST_P(RecordStoreContract, Measurements_KeepTheirOrder) {
    auto record = sampleRecord();
    record.measurements.clear();
    for (int i = 300; i > 0; --i)
        record.measurements.push_back(test::sampleMeasurement(i));
    EXPECT_EQ(exactText(keptOf(record)), exactText(record));
}

TEST_P(RecordStoreContract, Lot_IsInTheOrderCommitted) {
    for (const auto* serial : {"FG-2", "FG-10", "FG-1"})
        commit(sampleRecord(serial));
    const auto records = lot();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].serial, "FG-2");
    EXPECT_EQ(records[1].serial, "FG-10");
    EXPECT_EQ(records[2].serial, "FG-1");
}

TEST_P(RecordStoreContract, Lots_AreApartAndInTheOrderOfTheirFirstRecord) {
    commit(sampleRecord("FG-1", "Z"));
    commit(sampleRecord("FG-1", "A"));
    commit(sampleRecord("FG-2", "Z"));
    EXPECT_THAT(lots(), ElementsAre("Z", "A"));
    EXPECT_EQ(lot("Z").size(), 2U);
    EXPECT_EQ(lot("A").size(), 1U);
    EXPECT_THAT(lot("a"), IsEmpty());
}

TEST_P(RecordStoreContract, Retest_IsARecordOfItsOwn) {
    commit(sampleRecord("FG-1", "L1", 1));
    commit(sampleRecord("FG-1", "L1", 2));
    ASSERT_EQ(lot().size(), 2U);
    EXPECT_EQ(lot()[1].run, 2);
}

TEST_P(RecordStoreContract, SameRunAgain_IsRefusedAndTheFirstIsKept) {
    commit(sampleRecord());
    auto again = sampleRecord();
    again.outcome = Outcome::Pass;
    again.measurements.clear();
    const auto committed = store_->commit(again);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::InvalidInput);
    EXPECT_EQ(committed.error().code, "RECORD_EXISTS");
    EXPECT_THAT(committed.error().message, testing::HasSubstr("lot L1, serial FG-000001, run 1"));
    EXPECT_EQ(exactTexts(lot()), exactTexts({sampleRecord()}));
}

TEST_P(RecordStoreContract, AfterARefusal_TheNextRecordIsKept) {
    commit(sampleRecord());
    EXPECT_FALSE(store_->commit(sampleRecord()));
    commit(sampleRecord("FG-000002"));
    EXPECT_EQ(lot().size(), 2U);
}

TEST_P(RecordStoreContract, SixteenThreads_LoseAndMixNothing) {
    {
        std::vector<std::jthread> slots;
        for (int slot = 0; slot < 16; ++slot)
            slots.emplace_back([this, slot] {
                for (int i = 0; i < 5; ++i)
                    commit(sampleRecord("FG-" + std::to_string(slot) + "-" + std::to_string(i)));
            });
    }
    const auto records = lot();
    ASSERT_EQ(records.size(), 80U);
    for (const auto& record : records)
        EXPECT_EQ(exactText(record), exactText(sampleRecord(record.serial)));
}

TEST_P(RecordStoreContract, TwoStores_SeeEachOthersRecords) {
    auto other = openRecordStore(GetParam().url(folder_));
    ASSERT_TRUE(other) << other.error().message;
    commit(sampleRecord("FG-1"));
    ASSERT_TRUE((*other)->commit(sampleRecord("FG-2")));
    EXPECT_EQ(lot().size(), 2U);
    EXPECT_EQ((*other)->lot("L1")->size(), 2U);
    EXPECT_EQ((*other)->commit(sampleRecord("FG-1")).error().code, "RECORD_EXISTS");
}

INSTANTIATE_TEST_SUITE_P(Stores, RecordStoreContract,
                         testing::Values(StoreKind{"Sqlite",
                                                   [](const test::TempFolder& folder) {
                                                       return "sqlite://" +
                                                              (folder / "records.sqlite").string();
                                                   }}),
                         [](const auto& kind) { return kind.param.name; });

} // namespace
} // namespace framegate
