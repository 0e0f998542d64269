// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sql_text.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <fmt/format.h>

namespace framegate {

QString sqlText(std::string_view text) {
    if (text.empty()) return QStringLiteral("");
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string sqlWords(const QSqlError& error) {
    const auto words = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    if (error.nativeErrorCode().isEmpty()) return words.toStdString();
    return fmt::format("{} (SQLite error {})", words.toStdString(), error.nativeErrorCode().toStdString());
}

bool runSql(QSqlDatabase& database, const char* statement, std::string& words) {
    QSqlQuery query(database);
    if (query.exec(QString::fromLatin1(statement))) return true;
    words = sqlWords(query.lastError());
    return false;
}

SqlTransaction::SqlTransaction(QSqlDatabase& database) : database_(database), open_(database.transaction()) {}

SqlTransaction::~SqlTransaction() {
    // SQLite undoes some failed transactions by itself; a second time fails and does no harm.
    if (open_) database_.rollback();
}

bool SqlTransaction::commit() {
    if (!database_.commit()) return false;
    open_ = false;
    return true;
}

} // namespace framegate
