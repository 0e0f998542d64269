// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sqlite_database.h"

#include "records/sql_text.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>
#include <array>
#include <atomic>
#include <fmt/format.h>
#include <sys/stat.h>

namespace framegate {
namespace {

constexpr int applicationId = 0x46475245; // "FGRE"; `file` shows it
constexpr int schemaVersion = 1;
constexpr const char* driverName = "QSQLITE";
/// Another process that writes, such as a backup, is waited for this long.
constexpr const char* connectOptions = "QSQLITE_BUSY_TIMEOUT=5000";

constexpr std::array tables = {
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " lot TEXT NOT NULL, serial TEXT NOT NULL, part_number TEXT NOT NULL,"
    " run INTEGER NOT NULL, slot INTEGER NOT NULL,"
    " outcome TEXT NOT NULL CHECK (outcome IN ('PASS', 'FAIL', 'ERROR', 'ABORTED')),"
    " marginal INTEGER NOT NULL CHECK (marginal IN (0, 1)),"
    " failure_code TEXT NOT NULL, failure_detail TEXT NOT NULL, diagnosis TEXT NOT NULL,"
    " failed_measurements TEXT NOT NULL,"
    " started_at TEXT NOT NULL, duration_ns INTEGER NOT NULL,"
    " sensor TEXT NOT NULL, board_id TEXT NOT NULL, firmware TEXT NOT NULL,"
    " plan TEXT NOT NULL, plan_sha256 TEXT NOT NULL, limits_sha256 TEXT NOT NULL, software TEXT NOT NULL,"
    " operator TEXT NOT NULL, station TEXT NOT NULL, bench TEXT NOT NULL,"
    " UNIQUE (lot, serial, run)) STRICT",
    "CREATE TABLE measurements ("
    " run_id INTEGER NOT NULL REFERENCES runs (id),"
    " position INTEGER NOT NULL,"
    " step TEXT NOT NULL, attempt INTEGER NOT NULL, name TEXT NOT NULL,"
    " value REAL, unit TEXT NOT NULL,"
    " width INTEGER, height INTEGER,"
    " low REAL, high REAL,"
    " outcome TEXT NOT NULL CHECK (outcome IN ('RECORDED', 'PASS', 'MARGINAL', 'FAIL')),"
    " PRIMARY KEY (run_id, position),"
    " CHECK ((width IS NULL) = (height IS NULL))) STRICT, WITHOUT ROWID",
};

Failure cannotOpen(const std::filesystem::path& file, std::string_view why, ErrorKind kind = ErrorKind::Io) {
    return failure(kind, "DB_OPEN", fmt::format("opening the database {}: {}", file.string(), why));
}

/// What SQLite would only call "unable to open database file".
Result<> checkPlace(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        return cannotOpen(file, "is a folder; name a file in it");
    const auto folder = file.parent_path();
    if (!std::filesystem::is_directory(folder, ignored))
        return cannotOpen(file, fmt::format("there is no folder {}; make it first", folder.string()),
                          ErrorKind::NotFound);
    if (!QCoreApplication::instance())
        return cannotOpen(file,
                          "the program has no QCoreApplication, which Qt needs to load its SQLite driver",
                          ErrorKind::Internal);
    return {};
}

std::string freshName() {
    static std::atomic<unsigned> count{0};
    return fmt::format("framegate-records-{}", ++count);
}

/// The one number that \a statement returns, or the database's words.
Result<qlonglong> askNumber(QSqlDatabase& database, const std::filesystem::path& file,
                            const char* statement) {
    QSqlQuery query(database);
    if (!query.exec(QString::fromLatin1(statement)) || !query.next())
        return cannotOpen(file, sqlWords(query.lastError()));
    return query.value(0).toLongLong();
}

} // namespace

SqliteDatabase::SqliteDatabase(std::filesystem::path file, std::unique_ptr<QSqlDatabase> connection,
                               std::string name)
    : file_(std::move(file)), connection_(std::move(connection)), name_(std::move(name)) {}

SqliteDatabase::~SqliteDatabase() {
    connection_->close();
    connection_.reset();
    QSqlDatabase::removeDatabase(sqlText(name_));
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path& file) {
    if (auto placed = checkPlace(file); !placed) return passOn(placed);
    auto name = freshName();
    auto connection = std::make_unique<QSqlDatabase>(
        QSqlDatabase::addDatabase(QString::fromLatin1(driverName), sqlText(name)));
    std::unique_ptr<SqliteDatabase> opened(new SqliteDatabase(file, std::move(connection), std::move(name)));
    if (auto prepared = opened->prepare(); !prepared) return passOn(prepared);
    return opened;
}

Result<> SqliteDatabase::prepare() {
    if (!connection_->isValid())
        return cannotOpen(file_, "Qt has no SQLite driver; install libqt6sql6-sqlite",
                          ErrorKind::NotAvailable);
    connection_->setDatabaseName(sqlText(file_.string()));
    connection_->setConnectOptions(QString::fromLatin1(connectOptions));
    if (!connection_->open()) return cannotOpen(file_, sqlWords(connection_->lastError()));
    const auto fresh = isNew();
    if (!fresh) return passOn(fresh);
    // FULL flushes the log at every commit: what was committed survives a power cut.
    for (const auto* setting :
         {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"})
        if (auto set = run(setting); !set) return set;
    if (*fresh)
        if (auto made = makeTables(); !made) return made;
    struct stat status {};
    if (::stat(file_.c_str(), &status) != 0) return cannotOpen(file_, "the file went away");
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return checkWritable();
}

Result<bool> SqliteDatabase::isNew() {
    const auto id = askNumber(*connection_, file_, "PRAGMA application_id");
    if (!id) return passOn(id);
    const auto version = askNumber(*connection_, file_, "PRAGMA user_version");
    if (!version) return passOn(version);
    const auto objects = askNumber(*connection_, file_, "SELECT count(*) FROM sqlite_master");
    if (!objects) return passOn(objects);
    if (*id == 0 && *version == 0 && *objects == 0) return true;
    if (*id != applicationId)
        return cannotOpen(file_, fmt::format("is another program's database (application id {}, expected {})",
                                             *id, applicationId));
    if (*version != schemaVersion)
        return cannotOpen(file_,
                          fmt::format("has schema version {}; this program reads and writes version {}",
                                      *version, schemaVersion));
    return false;
}

Result<> SqliteDatabase::makeTables() {
    SqlTransaction transaction(*connection_);
    if (!transaction.begun()) return cannotOpen(file_, sqlWords(connection_->lastError()));
    for (const auto* table : tables)
        if (auto made = run(table); !made) return made;
    // No values can be bound to a PRAGMA; both numbers are constants.
    for (const auto& mark : {fmt::format("PRAGMA application_id = {}", applicationId),
                             fmt::format("PRAGMA user_version = {}", schemaVersion)})
        if (auto marked = run(mark.c_str()); !marked) return marked;
    if (!transaction.commit()) return cannotOpen(file_, sqlWords(connection_->lastError()));
    return {};
}

Result<> SqliteDatabase::checkWritable() {
    if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
    return run("ROLLBACK");
}

Result<> SqliteDatabase::run(const char* statement) {
    std::string words;
    if (!runSql(*connection_, statement, words)) return cannotOpen(file_, words);
    return {};
}

bool SqliteDatabase::inPlace() const {
    struct stat status {};
    return ::stat(file_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

} // namespace framegate
