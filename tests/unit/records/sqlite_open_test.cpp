// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/record_store.h"
#include "support/temp_folder.h"
#include "unit/records/record_samples.h"

#include <QCoreApplication>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::SmallDisk;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

std::string urlOf(const std::filesystem::path& file) {
    return "sqlite://" + file.string();
}

/// The refusal to open \a file.
Error refusal(const std::filesystem::path& file) {
    const auto opened = openRecordStore(urlOf(file));
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
}

void overwrite(const std::filesystem::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
}

std::filesystem::path storeWithOneRecord(const TempFolder& folder) {
    const auto file = folder / "r.sqlite";
    const auto store = openRecordStore(urlOf(file));
    EXPECT_TRUE(store && (*store)->commit(test::sampleRecord()));
    return file;
}

TEST(SqliteOpen, FileThatIsNotThere_IsMade) {
    const TempFolder folder;
    const auto store = openRecordStore(urlOf(folder / "new.sqlite"));
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE(std::filesystem::exists(folder / "new.sqlite"));
}

TEST(SqliteOpen, AwkwardFileName_IsTakenLiterally) {
    const TempFolder folder;
    const auto file = folder / "größe ?mode=memory%20';.sqlite";
    ASSERT_TRUE(openRecordStore(urlOf(file)));
    EXPECT_TRUE(std::filesystem::exists(file));
}

TEST(SqliteOpen, EmptyFile_IsTakenAsNew) {
    const TempFolder folder;
    EXPECT_TRUE(openRecordStore(urlOf(folder.write("r.sqlite", ""))));
}

TEST(SqliteOpen, Closed_LeavesOneFileThatHoldsEverything) {
    const TempFolder folder;
    const auto file = storeWithOneRecord(folder);
    EXPECT_EQ(folder.count(), 1U) << "the log must have been merged and removed";
    std::filesystem::rename(file, folder / "copy.sqlite");
    const auto store = openRecordStore(urlOf(folder / "copy.sqlite"));
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->lot("L1")->size(), 1U);
}

TEST(SqliteOpen, FileThatIsNoDatabase_IsRefusedAndLeftAlone) {
    const TempFolder folder;
    const std::string text(4096, 'x');
    const auto error = refusal(folder.write("r.sqlite", text));
    EXPECT_EQ(error.code, "DB_OPEN");
    EXPECT_THAT(error.message, AllOf(HasSubstr("r.sqlite"), HasSubstr("not a database")));
    EXPECT_EQ(folder.read("r.sqlite"), text);
}

// Offsets of the user version and the application id: SQLite's file format, 1.3.
TEST(SqliteOpen, OtherSchemaVersion_IsRefusedWithBothVersions) {
    const TempFolder folder;
    const auto file = storeWithOneRecord(folder);
    overwrite(file, 60, std::string("\0\0\0\x02", 4));
    const auto error = refusal(file);
    EXPECT_EQ(error.code, "DB_OPEN");
    EXPECT_THAT(error.message, AllOf(HasSubstr("schema version 2"), HasSubstr("version 1")));
}

TEST(SqliteOpen, OtherProgramsDatabase_IsRefused) {
    const TempFolder folder;
    const auto file = storeWithOneRecord(folder);
    overwrite(file, 68, std::string("\0\0\0\0", 4));
    EXPECT_THAT(refusal(file).message, HasSubstr("another program's database"));
}

TEST(SqliteOpen, Folder_IsRefused) {
    const TempFolder folder;
    EXPECT_THAT(refusal(folder.path()).message, HasSubstr("is a folder"));
}

TEST(SqliteOpen, MissingFolder_IsNamed) {
    const TempFolder folder;
    const auto error = refusal(folder / "absent" / "r.sqlite");
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_THAT(error.message, HasSubstr("no folder " + (folder / "absent").string()));
}

TEST(SqliteOpen, FolderThatCannotBeWritten_IsRefused) {
    // Root writes everywhere but here.
    const auto error = refusal("/proc/framegate.sqlite");
    EXPECT_EQ(error.code, "DB_OPEN");
    EXPECT_THAT(error.message, AllOf(HasSubstr("/proc/framegate.sqlite"), HasSubstr("unable to open")));
}

TEST(SqliteOpen, DatabaseOnReadOnlyDisk_IsRefusedBeforeTheFirstRecord) {
    const SmallDisk disk("size=1m");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    const auto file = storeWithOneRecord(disk.folder());
    ASSERT_EQ(
        ::mount("framegate-test", disk.folder().path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m"),
        0);
    EXPECT_EQ(refusal(file).code, "DB_OPEN");
}

TEST(SqliteOpen, DiskWithoutRoom_IsRefused) {
    const SmallDisk disk("size=8k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    const auto error = refusal(disk / "r.sqlite");
    EXPECT_EQ(error.code, "DB_OPEN");
    EXPECT_THAT(error.message, HasSubstr((disk / "r.sqlite").string()));
}

TEST(SqliteOpen, WithoutApplicationObject_SaysSo) {
    const TempFolder folder;
    delete QCoreApplication::instance();
    const auto error = refusal(folder / "r.sqlite");
    static int argc = 1;
    static char name[] = "records_test";
    static char* argv[] = {name, nullptr};
    new QCoreApplication(argc, argv);
    EXPECT_EQ(error.code, "DB_OPEN");
    EXPECT_THAT(error.message, HasSubstr("QCoreApplication"));
    EXPECT_TRUE(openRecordStore(urlOf(folder / "r.sqlite")));
}

TEST(SqliteOpen, DamagedPage_IsReportedNotGuessed) {
    const TempFolder folder;
    const auto file = storeWithOneRecord(folder);
    const auto size = std::filesystem::file_size(file);
    overwrite(file, 4096, std::string(size - 4096, '\x5A')); // all pages but the first
    const auto store = openRecordStore(urlOf(file));
    if (!store) return SUCCEED();
    const auto records = (*store)->lot("L1");
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().code, "RECORDS_UNREADABLE");
    EXPECT_THAT(records.error().message, AllOf(HasSubstr("lot L1"), HasSubstr("malformed")));
}

} // namespace
} // namespace framegate
