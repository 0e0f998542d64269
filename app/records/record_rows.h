// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/test_record.h"

#include <string_view>
#include <vector>

class QSqlDatabase;

namespace framegate {

// Test records as rows of the tables of docs/records.md. Messages hold the database's words only; the caller
// says which file it was.

/// Adds the rows of \a record, within the caller's transaction. Errors: Io `RECORD_NOT_STORED`.
Result<> insertRecord(QSqlDatabase& database, const TestRecord& record);
/// Is there a run with the lot, serial and run number of \a record?
bool holdsRun(QSqlDatabase& database, const TestRecord& record);
/// All records of \a lot in the order committed. Errors: Io `RECORDS_UNREADABLE`.
Result<std::vector<TestRecord>> selectLot(QSqlDatabase& database, std::string_view lot);
/// All lots, in the order of their first record. Errors: Io `RECORDS_UNREADABLE`.
Result<std::vector<std::string>> selectLots(QSqlDatabase& database);

} // namespace framegate
