// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/report_writer.h"
#include "support/temp_folder.h"
#include "unit/records/record_samples.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using nlohmann::json;
using test::TempFolder;
using testing::HasSubstr;

TestRecord run(const std::string& serial, Outcome outcome, std::string code = "", int number = 1,
               int slot = 1) {
    auto record = test::sampleRecord(serial, "L1", number);
    record.outcome = outcome;
    record.failureCode = std::move(code);
    record.marginal = false;
    record.slot = slot;
    return record;
}

LotSummary counts(unsigned passed, unsigned failed, unsigned errors, unsigned aborted,
                  unsigned passedFirstRun) {
    return {"L1", passed + failed + errors + aborted, passed, failed, errors, aborted, passedFirstRun};
}

json summaryOf(const std::vector<TestRecord>& records, const LotSummary& summary,
               const std::string& context = R"({"bench":"virtual","plan":"ov2640 1","seed":7})") {
    const TempFolder folder;
    const auto report = makeJsonSummary(folder.path(), context);
    for (const auto& record : records)
        EXPECT_TRUE(report->add(record));
    const auto finished = report->finish(summary);
    EXPECT_TRUE(finished) << finished.error().message;
    return json::parse(folder.read("summary.json"));
}

TEST(JsonSummary, Counts_AreThoseOfTheLot) {
    const auto summary =
        summaryOf({run("A", Outcome::Pass), run("B", Outcome::Pass), run("C", Outcome::Fail, "X")},
                  counts(2, 1, 0, 0, 1));
    EXPECT_EQ(summary.at("lot"), "L1");
    EXPECT_EQ(summary.at("planned"), 3);
    EXPECT_EQ(summary.at("tested"), 3);
    EXPECT_EQ(summary.at("passed"), 2);
    EXPECT_EQ(summary.at("failed"), 1);
    EXPECT_EQ(summary.at("errors"), 0);
    EXPECT_EQ(summary.at("aborted"), 0);
    EXPECT_DOUBLE_EQ(summary.at("yield").get<double>(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(summary.at("first_pass_yield").get<double>(), 1.0 / 3);
    EXPECT_EQ(summary.at("not_recorded"), 0);
}

TEST(JsonSummary, Context_StandsBesideTheCounts) {
    const auto summary = summaryOf({}, counts(0, 0, 0, 0, 0));
    EXPECT_EQ(summary.at("bench"), "virtual");
    EXPECT_EQ(summary.at("plan"), "ov2640 1");
    EXPECT_EQ(summary.at("seed"), 7);
}

TEST(JsonSummary, ContextWithoutBench_TakesItFromTheRecords) {
    EXPECT_EQ(summaryOf({run("A", Outcome::Pass)}, counts(1, 0, 0, 0, 1), "{}").at("bench"), "virtual");
}

TEST(JsonSummary, NothingJudged_HasNoYield) {
    const auto summary = summaryOf({run("A", Outcome::Error, "NO_MODULE")}, counts(0, 0, 1, 0, 0));
    EXPECT_TRUE(summary.at("yield").is_null());
    EXPECT_TRUE(summary.at("first_pass_yield").is_null());
}

TEST(JsonSummary, FailureCodes_AreSortedByUnits) {
    const auto summary = summaryOf({run("A", Outcome::Fail, "B_CODE"), run("B", Outcome::Fail, "Z_CODE"),
                                    run("C", Outcome::Fail, "Z_CODE"), run("D", Outcome::Error, "A_CODE")},
                                   counts(0, 3, 1, 0, 0));
    const auto& codes = summary.at("failure_codes");
    ASSERT_EQ(codes.size(), 3U);
    EXPECT_EQ(codes[0], json({{"code", "Z_CODE"}, {"outcome", "FAIL"}, {"units", 2}}));
    EXPECT_EQ(codes[1].at("code"), "A_CODE");
    EXPECT_EQ(codes[1].at("outcome"), "ERROR");
    EXPECT_EQ(codes[2].at("code"), "B_CODE");
}

TEST(JsonSummary, RetestedUnit_CountsByItsLatestRun) {
    const auto summary = summaryOf(
        {run("A", Outcome::Error, "USB_TIMEOUT", 1), run("A", Outcome::Pass, "", 2)}, counts(1, 0, 0, 0, 0));
    EXPECT_TRUE(summary.at("not_passed").empty());
    EXPECT_TRUE(summary.at("failure_codes").empty());
    EXPECT_EQ(summary.at("per_slot")[0].at("passed"), 1);
    EXPECT_EQ(summary.at("per_slot")[0].at("tested"), 1);
}

TEST(JsonSummary, RunsThatComeOutOfOrder_StillCountByTheLatest) {
    const auto summary = summaryOf(
        {run("A", Outcome::Pass, "", 2), run("A", Outcome::Error, "USB_TIMEOUT", 1)}, counts(1, 0, 0, 0, 0));
    EXPECT_TRUE(summary.at("not_passed").empty());
}

TEST(JsonSummary, UnitThatDidNotPass_IsListedWithItsReason) {
    const auto summary = summaryOf({run("A", Outcome::Pass), run("B", Outcome::Fail, "JPEG_SIZE", 1, 4)},
                                   counts(1, 1, 0, 0, 1));
    ASSERT_EQ(summary.at("not_passed").size(), 1U);
    const auto& unit = summary.at("not_passed")[0];
    EXPECT_EQ(unit.at("serial"), "B");
    EXPECT_EQ(unit.at("slot"), 4);
    EXPECT_EQ(unit.at("outcome"), "FAIL");
    EXPECT_EQ(unit.at("failure_code"), "JPEG_SIZE");
    EXPECT_EQ(unit.at("failure_detail"), test::sampleRecord().failureDetail);
    EXPECT_EQ(unit.at("failed_measurements").size(), 2U);
}

TEST(JsonSummary, Slots_HaveTheirOwnCounts) {
    const auto summary = summaryOf({run("A", Outcome::Pass, "", 1, 1), run("B", Outcome::Fail, "X", 1, 2),
                                    run("C", Outcome::Aborted, "STOPPED", 1, 2)},
                                   counts(1, 1, 0, 1, 1));
    EXPECT_EQ(
        summary.at("per_slot")[0],
        json({{"slot", 1}, {"tested", 1}, {"passed", 1}, {"failed", 0}, {"errors", 0}, {"aborted", 0}}));
    EXPECT_EQ(
        summary.at("per_slot")[1],
        json({{"slot", 2}, {"tested", 2}, {"passed", 0}, {"failed", 1}, {"errors", 0}, {"aborted", 1}}));
}

TEST(JsonSummary, UnitWhoseRecordWasNotKept_IsCounted) {
    EXPECT_EQ(summaryOf({run("A", Outcome::Pass)}, counts(1, 0, 1, 0, 1)).at("not_recorded"), 1);
}

TEST(JsonSummary, MarginalUnits_AreCounted) {
    auto near = run("A", Outcome::Pass);
    near.marginal = true;
    EXPECT_EQ(summaryOf({near, run("B", Outcome::Pass)}, counts(2, 0, 0, 0, 2)).at("marginal"), 1);
}

TEST(JsonSummary, TextThatIsNoUtf8_DoesNotPreventTheSummary) {
    auto record = run("A", Outcome::Fail, "X");
    record.failureDetail = "bad \xFF byte";
    EXPECT_EQ(summaryOf({record}, counts(0, 1, 0, 0, 0)).at("not_passed")[0].at("failure_detail"),
              "bad \xEF\xBF\xBD byte");
}

TEST(JsonSummary, BeforeTheEnd_NothingIsWritten) {
    const TempFolder folder;
    const auto report = makeJsonSummary(folder.path(), "{}");
    ASSERT_TRUE(report->add(run("A", Outcome::Pass)));
    EXPECT_EQ(folder.count(), 0U);
}

TEST(JsonSummary, FullDisk_KeepsTheOldSummaryWhole) {
    const TempFolder folder;
    folder.write("summary.json", "old");
    const auto report = makeJsonSummary(folder.path(), "{}");
    ASSERT_TRUE(report->add(run("A", Outcome::Fail, "X")));
    const auto finished = [&] {
        const test::FileSizeLimit limit(16);
        return report->finish(counts(0, 1, 0, 0, 0));
    }();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, "FILE_WRITE");
    EXPECT_THAT(finished.error().message, HasSubstr("summary.json"));
    EXPECT_EQ(folder.read("summary.json"), "old");
    EXPECT_EQ(folder.count(), 1U);
}

} // namespace
} // namespace framegate
