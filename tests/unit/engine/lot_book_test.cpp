// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/lot_book.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

/// Writes down who was called, in order.
struct Diary {
    std::vector<std::string> lines;
    bool diskFull = false;
    bool reportBroken = false;
};

class FakeStore : public RecordStore {
public:
    explicit FakeStore(Diary& diary) : diary_(diary) {}
    Result<> commit(const TestRecord& record) override {
        diary_.lines.push_back("commit " + record.serial);
        if (diary_.diskFull) return failure(ErrorKind::Io, "RECORD_NOT_STORED", "disk full");
        return {};
    }
    Result<std::vector<TestRecord>> lot(std::string_view) override { return std::vector<TestRecord>{}; }
    Result<std::vector<std::string>> lots() override { return std::vector<std::string>{}; }

private:
    Diary& diary_;
};

class FakeReport : public ReportWriter {
public:
    explicit FakeReport(Diary& diary) : diary_(diary) {}
    Result<> add(const TestRecord& record) override {
        diary_.lines.push_back("report " + record.serial);
        if (diary_.reportBroken) return failure(ErrorKind::Io, "FILE_WRITE", "no space");
        return {};
    }
    Result<> finish(const LotSummary&) override {
        diary_.lines.push_back("finish");
        return {};
    }

private:
    Diary& diary_;
};

class FakeSink : public EventSink {
public:
    explicit FakeSink(Diary& diary) : diary_(diary) {}
    void publish(const RunEvent& event) override {
        if (const auto* finished = std::get_if<RunFinished>(&event))
            diary_.lines.push_back("tell " + finished->record->serial + " " +
                                   std::string(outcomeText(finished->record->outcome)));
        if (std::holds_alternative<LotFinished>(event)) diary_.lines.push_back("tell end");
    }

private:
    Diary& diary_;
};

struct Book {
    Diary diary;
    FakeStore store{diary};
    FakeReport report{diary};
    FakeSink sink{diary};
    LotBook book{store, {&report}, sink, LotSummary{"lot", 3, 0, 0, 0, 0, 0}};
};

TestRecord record(std::string serial, Outcome outcome, int run = 1) {
    TestRecord r;
    r.serial = std::move(serial);
    r.outcome = outcome;
    r.run = run;
    return r;
}

TEST(LotBook, Pass_IsCommittedThenReportedThenTold) {
    Book b;
    ASSERT_TRUE(b.book.close(record("A", Outcome::Pass)));
    EXPECT_THAT(b.diary.lines, testing::ElementsAre("commit A", "report A", "tell A PASS"));
}

TEST(LotBook, PassThatCannotBeCommitted_IsToldAsErrorAndNotReported) {
    Book b;
    b.diary.diskFull = true;
    const auto kept = b.book.close(record("A", Outcome::Pass));
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, "RECORD_NOT_STORED");
    EXPECT_THAT(b.diary.lines, testing::ElementsAre("commit A", "tell A ERROR"));
}

TEST(LotBook, ReportThatCannotBeWritten_IsAnError) {
    Book b;
    b.diary.reportBroken = true;
    EXPECT_EQ(b.book.close(record("A", Outcome::Pass)).error().code, "FILE_WRITE");
    EXPECT_EQ(b.diary.lines.back(), "tell A ERROR");
}

TEST(LotBook, Summary_CountsEachUnitsLatestRun) {
    Book b;
    ASSERT_TRUE(b.book.close(record("A", Outcome::Error, 1)));
    ASSERT_TRUE(b.book.close(record("A", Outcome::Pass, 2)));
    ASSERT_TRUE(b.book.close(record("B", Outcome::Pass, 1)));
    ASSERT_TRUE(b.book.close(record("C", Outcome::Fail, 1)));
    const auto summary = b.book.finish(false);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->passed, 2U);
    EXPECT_EQ(summary->failed, 1U);
    EXPECT_EQ(summary->errors, 0U);
    EXPECT_EQ(summary->passedFirstRun, 1U);
    EXPECT_EQ(summary->exitStatus(false), 1);
    EXPECT_EQ(b.diary.lines.back(), "tell end");
}

} // namespace
} // namespace framegate
