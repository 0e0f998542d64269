// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/call_thread.h"
#include "records/database_url.h"
#include "records/record_rows.h"
#include "records/record_store.h"
#include "records/sql_text.h"
#include "records/sqlite_database.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <fmt/format.h>

namespace framegate {
namespace {

/// Records in an SQL database, which one thread opens, uses and closes.
class SqlRecordStore : public RecordStore {
public:
    SqlRecordStore() = default;
    SqlRecordStore(const SqlRecordStore&) = delete;
    SqlRecordStore& operator=(const SqlRecordStore&) = delete;
    ~SqlRecordStore() override {
        thread_.call([this] { database_.reset(); });
    }

    Result<> open(const std::filesystem::path& file) {
        return thread_.call([&]() -> Result<> {
            auto opened = SqliteDatabase::open(file);
            if (!opened) return passOn(opened);
            database_ = std::move(*opened);
            return {};
        });
    }

    Result<> commit(const TestRecord& record) override {
        return thread_.call([&] { return store(record); });
    }

    Result<std::vector<TestRecord>> lot(std::string_view lot) override {
        return thread_.call([&] {
            return selectLot(database_->connection(), lot)
                .within(fmt::format("reading lot {} from {}", lot, database_->file().string()));
        });
    }

    Result<std::vector<std::string>> lots() override {
        return thread_.call([&] {
            return selectLots(database_->connection())
                .within(fmt::format("reading the lots of {}", database_->file().string()));
        });
    }

private:
    Result<> store(const TestRecord& record) {
        auto stored = tryToStore(record);
        if (stored) return stored;
        const auto what = fmt::format("lot {}, serial {}, run {}", record.lot, record.serial, record.run);
        const auto file = database_->file().string();
        if (holdsRun(database_->connection(), record))
            return failure(ErrorKind::InvalidInput, "RECORD_EXISTS",
                           fmt::format("{} holds {} already", file, what));
        return std::move(stored).within(fmt::format("storing {} in {}", what, file));
    }

    /// All or nothing; a failure holds the database's words.
    Result<> tryToStore(const TestRecord& record) {
        auto& connection = database_->connection();
        const auto refused = [](std::string words) {
            return failure(ErrorKind::Io, "RECORD_NOT_STORED", std::move(words));
        };
        SqlTransaction transaction(connection);
        if (!transaction.begun()) return refused(sqlWords(connection.lastError()));
        if (auto inserted = insertRecord(connection, record); !inserted) return inserted;
        if (!database_->inPlace()) return refused("somebody moved or deleted the file");
        if (!transaction.commit()) return refused(sqlWords(connection.lastError()));
        return {};
    }

    std::unique_ptr<SqliteDatabase> database_; // made, used and destroyed on the thread
    CallThread thread_;
};

} // namespace

Result<std::unique_ptr<RecordStore>> openRecordStore(const std::string& url) {
    const auto file = sqliteFileOf(url);
    if (!file) return passOn(file);
    auto store = std::make_unique<SqlRecordStore>();
    if (auto opened = store->open(*file); !opened) return passOn(opened);
    return std::unique_ptr<RecordStore>(std::move(store));
}

} // namespace framegate
