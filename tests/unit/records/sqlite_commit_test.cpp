// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/record_store.h"
#include "support/temp_folder.h"
#include "unit/records/record_samples.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <optional>

namespace framegate {
namespace {

using test::exactTexts;
using test::FileSizeLimit;
using test::SmallDisk;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

TestRecord numbered(int number) {
    auto record = test::sampleRecord("FG-" + std::to_string(number));
    for (int i = 0; i < 60; ++i)
        record.measurements.push_back(test::sampleMeasurement(i));
    return record;
}

/// What \a statement says of the file, through a connection of its own: the first column, row by row.
std::string ask(const std::filesystem::path& file, const char* statement) {
    std::string answer;
    {
        auto connection = QSqlDatabase::addDatabase("QSQLITE", "test");
        connection.setDatabaseName(QString::fromStdString(file.string()));
        EXPECT_TRUE(connection.open());
        QSqlQuery query(connection);
        EXPECT_TRUE(query.exec(statement)) << statement;
        while (query.next())
            answer += query.value(0).toString().toStdString() + ";";
    }
    QSqlDatabase::removeDatabase("test");
    return answer;
}

/// A store and what it should hold.
struct Bookkeeping {
    explicit Bookkeeping(const std::filesystem::path& path) : file(path) { reopen(); }
    void reopen() {
        store.reset();
        auto opened = openRecordStore("sqlite://" + file.string());
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
    }
    void commit(int count) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(store->commit(numbered(++last))) << last;
    }
    /// Commits until one is refused. A page with room left may still take some.
    std::optional<Error> commitUntilRefused() {
        for (int i = 0; i < 100; ++i)
            if (auto done = store->commit(numbered(++last)); !done) return done.error();
        return std::nullopt;
    }
    /// Exactly the first \a count records, whole, and nothing else.
    void expectHolds(int count) const {
        std::vector<TestRecord> expected;
        for (int i = 1; i <= count; ++i)
            expected.push_back(numbered(i));
        const auto records = store->lot("L1");
        ASSERT_TRUE(records) << records.error().message;
        EXPECT_EQ(exactTexts(*records), exactTexts(expected));
    }

    std::filesystem::path file;
    std::unique_ptr<RecordStore> store;
    int last = 0;
};

void expectRefusal(const std::optional<Error>& error, const Bookkeeping& book, const char* words) {
    ASSERT_TRUE(error) << "the disk never filled";
    EXPECT_EQ(error->kind, ErrorKind::Io);
    EXPECT_EQ(error->code, "RECORD_NOT_STORED");
    EXPECT_THAT(error->message,
                AllOf(HasSubstr(words), HasSubstr(book.file.string()), HasSubstr("storing lot L1")));
}

/// While the disk is full, once there is room again, and after a new start: all earlier records, whole.
void expectRecovery(Bookkeeping& book, const std::function<void()>& makeRoom) {
    book.expectHolds(book.last - 1);
    makeRoom();
    --book.last;
    book.commit(2); // the refused one, and one more
    book.expectHolds(book.last);
    book.reopen();
    book.expectHolds(book.last);
    EXPECT_EQ(ask(book.file, "PRAGMA integrity_check"), "ok;");
    EXPECT_EQ(ask(book.file, "PRAGMA foreign_key_check"), "");
}

TEST(SqliteCommit, FullDisk_RefusesKeepsTheRestAndRecovers) {
    const SmallDisk disk("size=400k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    Bookkeeping book(disk / "records.sqlite");
    book.commit(3);
    disk.fill();
    expectRefusal(book.commitUntilRefused(), book, "full");
    expectRecovery(book, [&] { disk.makeRoom(); });
}

TEST(SqliteCommit, FullDiskThenRestartWhileFull_KeepsAllEarlierRecords) {
    const SmallDisk disk("size=400k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    Bookkeeping book(disk / "records.sqlite");
    book.commit(3);
    disk.fill();
    ASSERT_TRUE(book.commitUntilRefused());
    book.store.reset(); // cannot merge its log: no room
    disk.makeRoom();
    book.reopen();
    book.expectHolds(book.last - 1);
}

TEST(SqliteCommit, WriteThatFails_RefusesKeepsTheRestAndRecovers) {
    const TempFolder folder;
    Bookkeeping book(folder / "records.sqlite");
    book.commit(3);
    const auto log = std::filesystem::file_size(folder / "records.sqlite-wal");
    std::optional<FileSizeLimit> limit(std::in_place, std::max<std::uintmax_t>(log, 65536));
    expectRefusal(book.commitUntilRefused(), book, "disk");
    expectRecovery(book, [&] { limit.reset(); });
}

TEST(SqliteCommit, MeasurementThatIsRefused_TakesItsWholeRunAlong) {
    const TempFolder folder;
    Bookkeeping book(folder / "records.sqlite");
    book.commit(1);
    ask(book.file, "CREATE TRIGGER obstacle BEFORE INSERT ON measurements WHEN NEW.position = 30 "
                   "BEGIN SELECT RAISE(ABORT, 'not this one'); END");
    expectRefusal(book.commitUntilRefused(), book, "not this one");
    expectRecovery(book, [&] { ask(book.file, "DROP TRIGGER obstacle"); });
}

TEST(SqliteCommit, FileDeletedDuringTheLot_IsNoticed) {
    const TempFolder folder;
    Bookkeeping book(folder / "records.sqlite");
    book.commit(1);
    std::filesystem::remove(book.file);
    const auto committed = book.store->commit(numbered(2));
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, "RECORD_NOT_STORED");
    EXPECT_THAT(committed.error().message, HasSubstr("moved or deleted"));
}

TEST(SqliteCommit, CopyTakenWithoutClosing_HoldsEveryCommittedRecord) {
    // What a power cut leaves: the files as they stand, never closed.
    const TempFolder folder;
    const TempFolder after;
    Bookkeeping book(folder / "records.sqlite");
    book.commit(5);
    for (const auto* suffix : {"", "-wal"})
        std::filesystem::copy(book.file.string() + suffix, (after / "records.sqlite").string() + suffix);
    const Bookkeeping recovered(after / "records.sqlite");
    recovered.expectHolds(5);
}

TEST(SqliteCommit, LogCutInTheMiddle_LosesTheLastRecordWholeOnly) {
    const TempFolder folder;
    const TempFolder after;
    Bookkeeping book(folder / "records.sqlite");
    book.commit(5);
    for (const auto* suffix : {"", "-wal"})
        std::filesystem::copy(book.file.string() + suffix, (after / "records.sqlite").string() + suffix);
    const auto log = after / "records.sqlite-wal";
    std::filesystem::resize_file(log, std::filesystem::file_size(log) - 100);
    const Bookkeeping recovered(after / "records.sqlite");
    recovered.expectHolds(4);
}

} // namespace
} // namespace framegate
