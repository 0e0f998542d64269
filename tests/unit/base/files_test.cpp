// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"

#include "support/temp_folder.h"

#include <array>
#include <cstdint>
#include <gmock/gmock.h>
#include <optional>

namespace framegate {
namespace {

using test::FileSizeLimit;
using test::SmallDisk;
using test::TempFolder;
using testing::AllOf;
using testing::HasSubstr;

TEST(ReadFile, Content_IsReadWholeWhateverItsSize) {
    const TempFolder folder;
    for (const std::size_t size : {0UL, 1UL, 65535UL, 65536UL, 65537UL, 300'000UL}) {
        const auto file = folder.write("f", std::string(size, 'x') + "");
        const auto text = readTextFile(file, 1'000'000);
        ASSERT_TRUE(text) << text.error().message;
        EXPECT_EQ(*text, std::string(size, 'x'));
    }
}

TEST(ReadFile, Bytes_AreReadUnchanged) {
    const TempFolder folder;
    const auto bytes = readFile(folder.write("f", std::string("\0\r\n\xFF", 4)), 4);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, (std::vector<std::byte>{std::byte{0}, std::byte{13}, std::byte{10}, std::byte{255}}));
}

TEST(ReadFile, LimitItself_IsAllowedAndOneMoreIsNot) {
    const TempFolder folder;
    const auto file = folder.write("f", std::string(100, 'x'));
    EXPECT_TRUE(readTextFile(file, 100));
    const auto refused = readTextFile(file, 99);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FILE_TOO_LARGE");
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(file.string()), HasSubstr("99 bytes")));
}

TEST(ReadFile, NoLimit_ReadsTheWholeFile) {
    const TempFolder folder;
    EXPECT_EQ(*readTextFile(folder.write("f", "text"), SIZE_MAX), "text");
}

TEST(ReadFile, MissingFileOrFolder_IsNamed) {
    const TempFolder folder;
    const auto missing = readTextFile(folder / "absent", 100);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(missing.error().code, "FILE_READ");
    EXPECT_THAT(missing.error().message, HasSubstr((folder / "absent").string()));
    EXPECT_EQ(readTextFile(folder.path(), 100).error().kind, ErrorKind::Io);
}

TEST(WriteFileAtomically, OldFile_IsReplacedAndNothingElseIsLeft) {
    const TempFolder folder;
    folder.write("f", "a much longer old text");
    ASSERT_TRUE(writeFileAtomically(folder / "f", std::string_view("new")));
    EXPECT_EQ(folder.read("f"), "new");
    EXPECT_EQ(folder.count(), 1U);
}

TEST(WriteFileAtomically, Bytes_AreWrittenUnchanged) {
    const TempFolder folder;
    const std::array bytes = {std::byte{0}, std::byte{255}, std::byte{10}};
    ASSERT_TRUE(writeFileAtomically(folder / "f", std::span<const std::byte>(bytes)));
    EXPECT_EQ(folder.read("f"), std::string("\0\xFF\n", 3));
}

TEST(WriteFileAtomically, WriteThatFails_KeepsTheOldFileWhole) {
    const TempFolder folder;
    folder.write("f", "old");
    const auto written = [&] {
        const FileSizeLimit limit(1000);
        return writeFileAtomically(folder / "f", std::string(1001, 'x'));
    }();
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "FILE_WRITE");
    EXPECT_EQ(written.error().kind, ErrorKind::Io);
    EXPECT_THAT(written.error().message, HasSubstr((folder / "f").string()));
    EXPECT_EQ(folder.read("f"), "old");
    EXPECT_EQ(folder.count(), 1U);
}

TEST(WriteFileAtomically, FolderInTheWay_IsNotReplaced) {
    const TempFolder folder;
    std::filesystem::create_directory(folder / "f");
    EXPECT_FALSE(writeFileAtomically(folder / "f", std::string_view("new")));
    EXPECT_TRUE(std::filesystem::is_directory(folder / "f"));
    EXPECT_EQ(folder.count(), 1U);
}

TEST(WriteFileAtomically, MissingFolder_IsNamed) {
    const auto written = writeFileAtomically("/nonexistent/f", std::string_view("new"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(written.error().message, HasSubstr("/nonexistent/f"));
}

AppendFile openForAppending(const std::filesystem::path& path) {
    auto file = AppendFile::open(path);
    if (!file) throw std::runtime_error(file.error().message);
    return std::move(*file);
}

TEST(AppendFile, Rows_FollowWhatIsThere) {
    const TempFolder folder;
    folder.write("f", "one\n");
    auto file = openForAppending(folder / "f");
    EXPECT_FALSE(file.empty());
    EXPECT_EQ(file.length(), 4);
    ASSERT_TRUE(file.append("two\n"));
    ASSERT_TRUE(file.flush());
    EXPECT_EQ(folder.read("f"), "one\ntwo\n");
    EXPECT_EQ(file.length(), 8);
}

TEST(AppendFile, NewFile_IsEmptyUntilTheFirstRow) {
    const TempFolder folder;
    auto file = openForAppending(folder / "f");
    EXPECT_TRUE(file.empty());
    ASSERT_TRUE(file.append("one\n"));
    EXPECT_FALSE(file.empty());
}

TEST(AppendFile, Moved_GoesOnInTheSameFile) {
    const TempFolder folder;
    auto first = openForAppending(folder / "f");
    ASSERT_TRUE(first.append("one\n"));
    auto second = std::move(first);
    auto third = openForAppending(folder / "g");
    third = std::move(second);
    ASSERT_TRUE(third.append("two\n"));
    EXPECT_EQ(folder.read("f"), "one\ntwo\n");
}

TEST(AppendFile, RowThatDoesNotFit_IsTakenBackWholeAndTheNextFits) {
    const TempFolder folder;
    auto file = openForAppending(folder / "f");
    ASSERT_TRUE(file.append("one\n"));
    {
        const FileSizeLimit limit(6); // two bytes of the row are written, then it fails
        const auto appended = file.append("two\n");
        ASSERT_FALSE(appended);
        EXPECT_EQ(appended.error().code, "FILE_WRITE");
        EXPECT_THAT(appended.error().message, HasSubstr((folder / "f").string()));
        EXPECT_EQ(folder.read("f"), "one\n");
    }
    ASSERT_TRUE(file.append("three\n"));
    EXPECT_EQ(folder.read("f"), "one\nthree\n");
}

TEST(AppendFile, CutTo_TakesTheLaterRowsBack) {
    const TempFolder folder;
    auto file = openForAppending(folder / "f");
    ASSERT_TRUE(file.append("one\n"));
    const auto length = file.length();
    ASSERT_TRUE(file.append("two\n"));
    ASSERT_TRUE(file.cutTo(length));
    ASSERT_TRUE(file.append("three\n"));
    EXPECT_EQ(folder.read("f"), "one\nthree\n");
}

TEST(AppendFile, FullDisk_LeavesWholeRowsAndGoesOnOnceThereIsRoom) {
    const SmallDisk disk("size=16k");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    auto file = openForAppending(disk / "f");
    const std::string row(999, 'x');
    ASSERT_TRUE(file.append(row + "\n"));
    disk.fill();
    std::size_t rows = 1;
    while (file.append(row + "\n"))
        ASSERT_LT(++rows, 100U) << "the disk never filled";
    EXPECT_EQ(disk.folder().read("f").size(), rows * 1000);
    disk.makeRoom();
    EXPECT_TRUE(file.append(row + "\n"));
    EXPECT_EQ(disk.folder().read("f").size(), (rows + 1) * 1000);
}

TEST(AppendFile, FolderThatIsNotThere_IsNamed) {
    const auto file = AppendFile::open("/nonexistent/f");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, "FILE_WRITE");
    EXPECT_THAT(file.error().message, HasSubstr("/nonexistent/f"));
}

} // namespace
} // namespace framegate
