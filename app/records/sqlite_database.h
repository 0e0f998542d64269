// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <memory>
#include <string>

class QSqlDatabase;

namespace framegate {

/// One open SQLite file with the tables of docs/records.md. Thread-bound: opened, used and destroyed by one
/// thread.
class SqliteDatabase {
public:
    /// Opens \a file, or makes it in a folder that is there. Errors: Io or NotFound `DB_OPEN`.
    static Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file);
    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;
    ~SqliteDatabase();

    QSqlDatabase& connection() { return *connection_; }
    const std::filesystem::path& file() const { return file_; }
    /// Is the open file still the one that its path names? SQLite writes on, into nowhere, when somebody
    /// moves or deletes it.
    bool inPlace() const;

private:
    SqliteDatabase(std::filesystem::path file, std::unique_ptr<QSqlDatabase> connection, std::string name);
    Result<> prepare();
    Result<bool> isNew();
    Result<> makeTables();
    Result<> checkWritable();
    Result<> run(const char* statement);

    std::filesystem::path file_;
    std::unique_ptr<QSqlDatabase> connection_;
    std::string name_;
    unsigned long device_ = 0;
    unsigned long inode_ = 0;
};

} // namespace framegate
