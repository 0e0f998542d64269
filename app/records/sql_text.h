// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

class QSqlDatabase;
class QSqlError;
class QSqlQuery;
class QString;
class QVariant;

namespace framegate {

/// \a text as Qt's, never null: a null string would be bound as NULL. Bytes that are no UTF-8 become U+FFFD.
QString sqlText(std::string_view text);
/// The database's own words for \a error, with its own number.
std::string sqlWords(const QSqlError& error);
/// Runs \a statement, which takes no values and returns no rows. On a failure \a words has the database's.
bool runSql(QSqlDatabase& database, const char* statement, std::string& words);

/// A transaction that is undone unless it was committed. Thread-bound.
class SqlTransaction {
public:
    explicit SqlTransaction(QSqlDatabase& database);
    SqlTransaction(const SqlTransaction&) = delete;
    SqlTransaction& operator=(const SqlTransaction&) = delete;
    ~SqlTransaction();
    bool begun() const { return open_; }
    /// False when the database could not commit; the transaction is then undone by the destructor.
    bool commit();

private:
    QSqlDatabase& database_;
    bool open_;
};

} // namespace framegate
