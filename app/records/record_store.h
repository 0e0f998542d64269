// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/test_record.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// Keeps test records. Thread-safe: every call is carried out by the store's own thread, one after another,
/// and returns when it is done.
class RecordStore {
public:
    virtual ~RecordStore() = default;
    /// Keeps \a record, durably: when this returns without an error the record survives a power cut.
    /// Errors: Io `RECORD_NOT_STORED`; nothing of the record is kept then. InvalidInput
    /// `RECORD_EXISTS` when lot, serial and run are there already.
    virtual Result<> commit(const TestRecord& record) = 0;
    /// All records of a lot, in the order committed. Errors: Io `RECORDS_UNREADABLE`.
    virtual Result<std::vector<TestRecord>> lot(std::string_view lot) = 0;
    /// The names of all lots, in the order of their first record. Errors: as lot().
    virtual Result<std::vector<std::string>> lots() = 0;
};

/// Opens \a url: sqlite:///absolute/path or sqlite://relative/path; the file is made if it is not there.
/// The program must have a QCoreApplication.
/// Errors: InvalidInput `DB_URL`, Io `DB_OPEN` (not a database, another schema version, unwritable).
Result<std::unique_ptr<RecordStore>> openRecordStore(const std::string& url);

} // namespace framegate
