// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/record_rows.h"

#include "records/sql_text.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <unordered_map>

namespace framegate {
namespace {

/// One column: its name, and how a value goes in and comes back. `read` says whether it understood.
template <class Row>
struct Column {
    const char* name;
    QVariant (*write)(const Row&);
    bool (*read)(Row&, const QVariant&);
};

template <auto member, class Row>
Column<Row> textColumn(const char* name) {
    return {name, [](const Row& row) { return QVariant(sqlText(row.*member)); },
            [](Row& row, const QVariant& value) {
                row.*member = value.toString().toStdString();
                return true;
            }};
}

template <auto member, class Row>
Column<Row> intColumn(const char* name) {
    return {name, [](const Row& row) { return QVariant(row.*member); },
            [](Row& row, const QVariant& value) {
                bool fits = false;
                row.*member = value.toInt(&fits);
                return fits;
            }};
}

/// The enumerator, of those up to \a last, whose word is \a text.
template <class Enum, class Word>
bool readWord(const QVariant& text, Enum last, Word word, Enum& result) {
    const auto sought = text.toString().toStdString();
    for (std::underlying_type_t<Enum> i = 0; i <= static_cast<std::underlying_type_t<Enum>>(last); ++i) {
        result = static_cast<Enum>(i);
        if (word(result) == sought) return true;
    }
    return false;
}

QVariant writeList(const std::vector<std::string>& list) {
    using Json = nlohmann::json;
    return sqlText(Json(list).dump(-1, ' ', false, Json::error_handler_t::replace));
}

bool readList(std::vector<std::string>& list, const QVariant& value) {
    const auto json = nlohmann::json::parse(value.toString().toStdString(), nullptr, false);
    if (!json.is_array()) return false;
    for (const auto& entry : json) {
        if (!entry.is_string()) return false;
        list.push_back(entry.get<std::string>());
    }
    return true;
}

const auto& runColumns() {
    using R = TestRecord;
    static const std::array columns = {
        textColumn<&R::lot, R>("lot"),
        textColumn<&R::serial, R>("serial"),
        textColumn<&R::partNumber, R>("part_number"),
        intColumn<&R::run, R>("run"),
        intColumn<&R::slot, R>("slot"),
        Column<R>{"outcome", [](const R& r) { return QVariant(sqlText(outcomeText(r.outcome))); },
                  [](R& r, const QVariant& value) {
                      return readWord(value, Outcome::Aborted, outcomeText, r.outcome);
                  }},
        Column<R>{"marginal", [](const R& r) { return QVariant(r.marginal ? 1 : 0); },
                  [](R& r, const QVariant& value) {
                      r.marginal = value.toInt() != 0;
                      return true;
                  }},
        textColumn<&R::failureCode, R>("failure_code"),
        textColumn<&R::failureDetail, R>("failure_detail"),
        textColumn<&R::diagnosis, R>("diagnosis"),
        Column<R>{"failed_measurements", [](const R& r) { return writeList(r.failedMeasurements); },
                  [](R& r, const QVariant& value) { return readList(r.failedMeasurements, value); }},
        textColumn<&R::startedAt, R>("started_at"),
        Column<R>{"duration_ns",
                  [](const R& r) { return QVariant(static_cast<qlonglong>(r.duration.count())); },
                  [](R& r, const QVariant& value) {
                      r.duration = std::chrono::nanoseconds(value.toLongLong());
                      return true;
                  }},
        textColumn<&R::sensor, R>("sensor"),
        textColumn<&R::boardId, R>("board_id"),
        textColumn<&R::firmware, R>("firmware"),
        textColumn<&R::plan, R>("plan"),
        textColumn<&R::planSha256, R>("plan_sha256"),
        textColumn<&R::limitsSha256, R>("limits_sha256"),
        textColumn<&R::software, R>("software"),
        textColumn<&R::operatorId, R>("operator"),
        textColumn<&R::station, R>("station"),
        textColumn<&R::bench, R>("bench"),
    };
    return columns;
}

QVariant writeSide(const std::optional<Resolution>& resolution, std::uint16_t Resolution::*side) {
    return resolution ? QVariant(int{(*resolution).*side}) : QVariant();
}

bool readSide(std::optional<Resolution>& resolution, std::uint16_t Resolution::*side, const QVariant& value) {
    if (value.isNull()) return true;
    const int pixels = value.toInt();
    if (pixels < 0 || pixels > std::numeric_limits<std::uint16_t>::max()) return false;
    if (!resolution) resolution.emplace();
    (*resolution).*side = static_cast<std::uint16_t>(pixels);
    return true;
}

template <std::optional<double> Measurement::*member>
Column<Measurement> limitColumn(const char* name) {
    return {name, [](const Measurement& m) { return m.*member ? QVariant(*(m.*member)) : QVariant(); },
            [](Measurement& m, const QVariant& value) {
                if (!value.isNull()) m.*member = value.toDouble();
                return true;
            }};
}

template <std::string Reading::*member>
Column<Measurement> readingText(const char* name) {
    return {name, [](const Measurement& m) { return QVariant(sqlText(m.reading.*member)); },
            [](Measurement& m, const QVariant& value) {
                m.reading.*member = value.toString().toStdString();
                return true;
            }};
}

template <std::uint16_t Resolution::*side>
Column<Measurement> sideColumn(const char* name) {
    return {
        name, [](const Measurement& m) { return writeSide(m.reading.resolution, side); },
        [](Measurement& m, const QVariant& value) { return readSide(m.reading.resolution, side, value); }};
}

const auto& measurementColumns() {
    using M = Measurement;
    static const std::array columns = {
        textColumn<&M::step, M>("step"),
        intColumn<&M::attempt, M>("attempt"),
        readingText<&Reading::name>("name"),
        // SQLite has no NaN: NULL stands for it.
        Column<M>{
            "value",
            [](const M& m) { return std::isnan(m.reading.value) ? QVariant() : QVariant(m.reading.value); },
            [](M& m, const QVariant& value) {
                m.reading.value =
                    value.isNull() ? std::numeric_limits<double>::quiet_NaN() : value.toDouble();
                return true;
            }},
        readingText<&Reading::unit>("unit"),
        sideColumn<&Resolution::width>("width"),
        sideColumn<&Resolution::height>("height"),
        limitColumn<&M::low>("low"),
        limitColumn<&M::high>("high"),
        Column<M>{"outcome", [](const M& m) { return QVariant(sqlText(measurementOutcomeText(m.outcome))); },
                  [](M& m, const QVariant& value) {
                      return readWord(value, MeasurementOutcome::Fail, measurementOutcomeText, m.outcome);
                  }},
    };
    return columns;
}

template <class Columns>
std::string namesOf(const Columns& columns, std::string_view prefix = "") {
    std::string names;
    for (const auto& column : columns)
        names += fmt::format("{}{}{}", names.empty() ? "" : ", ", prefix, column.name);
    return names;
}

template <class Columns>
std::string marksFor(const Columns& columns) {
    std::string marks;
    for (std::size_t i = 0; i < columns.size(); ++i)
        marks += i == 0 ? "?" : ", ?";
    return marks;
}

template <class Columns, class Row>
void bindRow(QSqlQuery& query, const Columns& columns, const Row& row) {
    for (const auto& column : columns)
        query.addBindValue(column.write(row));
}

/// Reads the columns from position \a first on; the name of the one that was not understood, or null.
template <class Columns, class Row>
const char* readRow(const QSqlQuery& query, int first, const Columns& columns, Row& row) {
    for (const auto& column : columns)
        if (!column.read(row, query.value(first++))) return column.name;
    return nullptr;
}

Failure notStored(const QSqlQuery& query) {
    return failure(ErrorKind::Io, "RECORD_NOT_STORED", sqlWords(query.lastError()));
}

Failure unreadable(std::string words) {
    return failure(ErrorKind::Io, "RECORDS_UNREADABLE", std::move(words));
}

Result<> insertMeasurements(QSqlDatabase& database, qlonglong runId,
                            const std::vector<Measurement>& measurements) {
    QSqlQuery query(database);
    if (!query.prepare(
            sqlText(fmt::format("INSERT INTO measurements (run_id, position, {}) VALUES (?, ?, {})",
                                namesOf(measurementColumns()), marksFor(measurementColumns())))))
        return notStored(query);
    qlonglong position = 0;
    for (const auto& measurement : measurements) {
        query.addBindValue(runId);
        query.addBindValue(++position);
        bindRow(query, measurementColumns(), measurement);
        if (!query.exec()) return notStored(query);
    }
    return {};
}

/// Runs \a statement for \a lot, to be read row by row.
Result<QSqlQuery> ask(QSqlDatabase& database, const std::string& statement, std::string_view lot) {
    QSqlQuery query(database);
    query.setForwardOnly(true);
    if (!query.prepare(sqlText(statement))) return unreadable(sqlWords(query.lastError()));
    query.addBindValue(sqlText(lot));
    if (!query.exec()) return unreadable(sqlWords(query.lastError()));
    return query;
}

/// Records without measurements, and where in the list each run's identifier is.
struct RunRows {
    std::vector<TestRecord> records;
    std::unordered_map<qlonglong, std::size_t> places;
};

Result<RunRows> selectRuns(QSqlDatabase& database, std::string_view lot) {
    auto query =
        ask(database, fmt::format("SELECT id, {} FROM runs WHERE lot = ? ORDER BY id", namesOf(runColumns())),
            lot);
    if (!query) return passOn(query);
    RunRows rows;
    while (query->next()) {
        const auto id = query->value(0).toLongLong();
        rows.places[id] = rows.records.size();
        if (const auto* column = readRow(*query, 1, runColumns(), rows.records.emplace_back()))
            return unreadable(fmt::format("run {}: column {} does not hold what it should", id, column));
    }
    if (query->lastError().isValid()) return unreadable(sqlWords(query->lastError()));
    return rows;
}

Result<> selectMeasurements(QSqlDatabase& database, std::string_view lot, RunRows& rows) {
    auto query =
        ask(database,
            fmt::format("SELECT m.run_id, m.position, {} FROM runs r JOIN measurements m ON m.run_id = r.id "
                        "WHERE r.lot = ? ORDER BY m.run_id, m.position",
                        namesOf(measurementColumns(), "m.")),
            lot);
    if (!query) return passOn(query);
    while (query->next()) {
        const auto place = rows.places.find(query->value(0).toLongLong());
        if (place == rows.places.end()) return unreadable("a measurement has no run");
        auto& measurement = rows.records[place->second].measurements.emplace_back();
        if (const auto* column = readRow(*query, 2, measurementColumns(), measurement))
            return unreadable(fmt::format("run {}, measurement {}: column {} does not hold what it should",
                                          place->first, query->value(1).toLongLong(), column));
    }
    if (query->lastError().isValid()) return unreadable(sqlWords(query->lastError()));
    return {};
}

} // namespace

Result<> insertRecord(QSqlDatabase& database, const TestRecord& record) {
    QSqlQuery query(database);
    if (!query.prepare(sqlText(
            fmt::format("INSERT INTO runs ({}) VALUES ({})", namesOf(runColumns()), marksFor(runColumns())))))
        return notStored(query);
    bindRow(query, runColumns(), record);
    if (!query.exec()) return notStored(query);
    return insertMeasurements(database, query.lastInsertId().toLongLong(), record.measurements);
}

bool holdsRun(QSqlDatabase& database, const TestRecord& record) {
    QSqlQuery query(database);
    if (!query.prepare(QStringLiteral("SELECT 1 FROM runs WHERE lot = ? AND serial = ? AND run = ?")))
        return false;
    query.addBindValue(sqlText(record.lot));
    query.addBindValue(sqlText(record.serial));
    query.addBindValue(record.run);
    return query.exec() && query.next();
}

Result<std::vector<TestRecord>> selectLot(QSqlDatabase& database, std::string_view lot) {
    // Both questions see the same moment, whatever another process commits between them.
    const SqlTransaction moment(database);
    auto rows = selectRuns(database, lot);
    if (!rows) return passOn(rows);
    if (auto read = selectMeasurements(database, lot, *rows); !read) return passOn(read);
    return std::move(rows->records);
}

Result<std::vector<std::string>> selectLots(QSqlDatabase& database) {
    QSqlQuery query(database);
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT lot FROM runs GROUP BY lot ORDER BY min(id)")))
        return unreadable(sqlWords(query.lastError()));
    std::vector<std::string> lots;
    while (query.next())
        lots.push_back(query.value(0).toString().toStdString());
    if (query.lastError().isValid()) return unreadable(sqlWords(query.lastError()));
    return lots;
}

} // namespace framegate
