// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/report_writer.h"
#include "support/csv.h"
#include "support/temp_folder.h"
#include "unit/records/record_samples.h"

#include <gmock/gmock.h>
#include <limits>
#include <optional>

namespace framegate {
namespace {

using test::FileSizeLimit;
using test::parseCsv;
using test::sampleRecord;
using test::SmallDisk;
using test::TempFolder;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string unitsHeader =
    "lot,serial,part_number,run,slot,outcome,marginal,failure_code,diagnosis,failed_measurements,started_at,"
    "duration_s,sensor,board_id,firmware,plan,plan_sha256,limits_sha256,software,operator,station,bench\r\n";
const std::string measurementsHeader =
    "lot,serial,run,step,attempt,resolution,name,value,unit,low,high,outcome\r\n";

std::unique_ptr<ReportWriter> openReport(const std::filesystem::path& folder) {
    auto report = openCsvReport(folder);
    EXPECT_TRUE(report) << report.error().message;
    return report ? std::move(*report) : nullptr;
}

void write(const TempFolder& folder, const TestRecord& record) {
    const auto added = openReport(folder.path())->add(record);
    EXPECT_TRUE(added) << added.error().message;
}

std::string durationOf(std::chrono::nanoseconds duration) {
    const TempFolder folder;
    auto record = sampleRecord();
    record.duration = duration;
    write(folder, record);
    return parseCsv(folder.read("units.csv")).at(0).at("duration_s");
}

TEST(CsvReport, Opened_WritesBothHeadersExactly) {
    const TempFolder folder;
    ASSERT_TRUE(openReport(folder.path()));
    EXPECT_EQ(folder.read("units.csv"), unitsHeader);
    EXPECT_EQ(folder.read("measurements.csv"), measurementsHeader);
}

TEST(CsvReport, Record_BecomesOneUnitRow) {
    const TempFolder folder;
    write(folder, sampleRecord());
    EXPECT_EQ(folder.read("units.csv"),
              unitsHeader +
                  "L1,FG-000001,B0067,1,3,FAIL,true,LIMIT_MEAN_LUMA,OPTICS,mean_luma@320x240;supply_voltage,"
                  "2026-11-23T04:28:24.123Z,12.345678901,ov2640,E6614103E7452D2F,0.1.0+abcdef,ov2640 1," +
                  std::string(64, 'a') + "," + std::string(64, 'b') +
                  ",0.1.0+123456,Zoë,station-1,virtual\r\n");
}

TEST(CsvReport, Measurements_BecomeOneRowEach) {
    const TempFolder folder;
    write(folder, sampleRecord());
    EXPECT_EQ(folder.read("measurements.csv"),
              measurementsHeader + "L1,FG-000001,1,capture,1,320x240,mean_luma,0.1,1,0.05,,PASS\r\n"
                                   "L1,FG-000001,1,identify,2,,supply_voltage,3.3,V,,,RECORDED\r\n");
}

TEST(CsvReport, EveryMeasurementOutcome_HasItsWord) {
    const TempFolder folder;
    auto record = sampleRecord();
    record.measurements.clear();
    for (const auto outcome : {MeasurementOutcome::Marginal, MeasurementOutcome::Fail}) {
        record.measurements.push_back(test::sampleMeasurement(std::numeric_limits<double>::quiet_NaN()));
        record.measurements.back().outcome = outcome;
    }
    write(folder, record);
    const auto rows = parseCsv(folder.read("measurements.csv"));
    EXPECT_EQ(rows.at(0).at("outcome"), "MARGINAL");
    EXPECT_EQ(rows.at(1).at("outcome"), "FAIL");
    EXPECT_EQ(rows.at(1).at("value"), "nan");
}

TEST(CsvReport, Duration_IsInSecondsWithoutNeedlessDigits) {
    EXPECT_EQ(durationOf(std::chrono::nanoseconds(0)), "0");
    EXPECT_EQ(durationOf(std::chrono::seconds(12)), "12");
    EXPECT_EQ(durationOf(std::chrono::milliseconds(1500)), "1.5");
    EXPECT_EQ(durationOf(std::chrono::nanoseconds(1)), "0.000000001");
    EXPECT_EQ(durationOf(std::chrono::seconds(100) + std::chrono::microseconds(20)), "100.00002");
    EXPECT_EQ(durationOf(std::chrono::milliseconds(-20)), "-0.02");
}

TEST(CsvReport, AwkwardTexts_StayInTheirColumns) {
    const TempFolder folder;
    auto record = sampleRecord();
    record.operatorId = "Doe, \"Jo\"\r\nSmith";
    record.station = "";
    write(folder, record);
    const auto row = parseCsv(folder.read("units.csv")).at(0);
    EXPECT_EQ(row.at("operator"), "Doe, \"Jo\"\r\nSmith");
    EXPECT_EQ(row.at("station"), "");
    EXPECT_EQ(row.at("bench"), "virtual");
}

TEST(CsvReport, Reopened_GoesOnAfterTheLastRow) {
    const TempFolder folder;
    for (const auto* serial : {"FG-1", "FG-2", "FG-3"})
        write(folder, sampleRecord(serial));
    const auto rows = parseCsv(folder.read("units.csv"));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[2].at("serial"), "FG-3");
    EXPECT_EQ(parseCsv(folder.read("measurements.csv")).size(), 6U);
}

TEST(CsvReport, RunThatIsThereAlready_IsNotWrittenTwice) {
    const TempFolder folder;
    write(folder, sampleRecord());
    const auto units = folder.read("units.csv");
    const auto report = openReport(folder.path());
    ASSERT_TRUE(report->add(sampleRecord()));
    EXPECT_EQ(folder.read("units.csv"), units);
    ASSERT_TRUE(report->add(sampleRecord("FG-000001", "L1", 2)));
    ASSERT_TRUE(report->add(sampleRecord("FG-000001", "L2", 1)));
    EXPECT_EQ(parseCsv(folder.read("units.csv")).size(), 3U);
}

/// Every place at which a power cut may end a file, in steps that keep the test quick.
TEST(CsvReport, FilesCutAnywhere_AreWholeAgainAfterReopening) {
    const TempFolder whole;
    auto tricky = sampleRecord("FG-2");
    tricky.operatorId = "a\r\n,\"b";
    write(whole, sampleRecord("FG-1"));
    write(whole, tricky);
    const auto units = whole.read("units.csv");
    const auto measurements = whole.read("measurements.csv");
    for (std::size_t length = 0; length < units.size(); length += 7) {
        const TempFolder folder;
        folder.write("units.csv", units.substr(0, length));
        folder.write("measurements.csv", measurements);
        const auto report = openReport(folder.path());
        ASSERT_TRUE(report->add(sampleRecord("FG-1")));
        ASSERT_TRUE(report->add(tricky));
        EXPECT_EQ(folder.read("units.csv"), units) << length;
        EXPECT_EQ(folder.read("measurements.csv"), measurements) << length;
    }
}

TEST(CsvReport, MeasurementsCutAnywhereInTheirLastRun_AreWholeAgainAfterReopening) {
    const TempFolder whole;
    write(whole, sampleRecord("FG-1"));
    const auto units = whole.read("units.csv");
    const auto start = whole.read("measurements.csv").size();
    write(whole, sampleRecord("FG-2"));
    const auto measurements = whole.read("measurements.csv");
    for (auto length = start; length < measurements.size(); length += 5) {
        const TempFolder folder;
        folder.write("units.csv", units);
        folder.write("measurements.csv", measurements.substr(0, length));
        ASSERT_TRUE(openReport(folder.path())->add(sampleRecord("FG-2")));
        EXPECT_EQ(folder.read("measurements.csv"), measurements) << length;
    }
}

TEST(CsvReport, FileWithOtherColumns_IsRefusedAndLeftAlone) {
    const TempFolder folder;
    folder.write("units.csv", "serial,result\nFG-1,OK\n");
    const auto report = openCsvReport(folder.path());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FILE_WRITE");
    EXPECT_EQ(report.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(report.error().message, HasSubstr("units.csv"));
    EXPECT_EQ(folder.read("units.csv"), "serial,result\nFG-1,OK\n");
}

TEST(CsvReport, FolderThatIsNotThere_IsNamed) {
    const auto report = openCsvReport("/nonexistent/out");
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "FILE_WRITE");
    EXPECT_THAT(report.error().message, HasSubstr("/nonexistent/out/units.csv"));
}

/// Adds records until one is refused; how many were taken.
std::optional<int> addUntilRefused(ReportWriter& report) {
    for (int taken = 0; taken < 10'000; ++taken)
        if (const auto added = report.add(sampleRecord("FG-" + std::to_string(taken))); !added) {
            EXPECT_EQ(added.error().code, "FILE_WRITE");
            EXPECT_EQ(added.error().kind, ErrorKind::Io);
            return taken;
        }
    return std::nullopt;
}

/// Exactly \a count runs, whole, in both files.
void expectWholeRuns(const TempFolder& folder, int count) {
    const auto expected = static_cast<std::size_t>(count);
    EXPECT_THAT(folder.read("units.csv"), EndsWith(",virtual\r\n"));
    EXPECT_THAT(folder.read("measurements.csv"), EndsWith(",RECORDED\r\n"));
    EXPECT_EQ(parseCsv(folder.read("units.csv")).size(), expected);
    EXPECT_EQ(parseCsv(folder.read("measurements.csv")).size(), 2 * expected);
}

TEST(CsvReport, FullDisk_LeavesNoPartOfARunAndGoesOnLater) {
    const SmallDisk disk("size=64k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    const auto report = openReport(disk.folder().path());
    ASSERT_TRUE(report->add(sampleRecord("FG-first")));
    disk.fill();
    const auto taken = addUntilRefused(*report);
    ASSERT_TRUE(taken);
    expectWholeRuns(disk.folder(), *taken + 1);
    disk.makeRoom();
    ASSERT_TRUE(report->add(sampleRecord("FG-" + std::to_string(*taken))));
    expectWholeRuns(disk.folder(), *taken + 2);
}

TEST(CsvReport, UnitsRowThatCannotBeWritten_TakesItsMeasurementsBack) {
    const TempFolder folder;
    const auto report = openReport(folder.path());
    auto record = sampleRecord("FG-0");
    record.operatorId = std::string(4000, 'x'); // units.csv is the longer file and meets the limit first
    ASSERT_TRUE(report->add(record));
    std::optional<FileSizeLimit> limit(std::in_place, std::filesystem::file_size(folder / "units.csv") + 100);
    const auto before = folder.read("measurements.csv");
    const auto added = report->add(sampleRecord("FG-1"));
    limit.reset();
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().message, HasSubstr("units.csv"));
    EXPECT_EQ(folder.read("measurements.csv"), before);
    ASSERT_TRUE(report->add(sampleRecord("FG-1")));
    expectWholeRuns(folder, 2);
}

} // namespace
} // namespace framegate
