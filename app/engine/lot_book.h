// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/run_event.h"
#include "domain/test_record.h"
#include "records/record_store.h"
#include "reports/report_writer.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// Where every slot brings its records: commits first, then reports, then tells. Thread-safe; events go out
/// one at a time.
class LotBook {
public:
    LotBook(RecordStore& records, std::vector<ReportWriter*> reports, EventSink& events, LotSummary start);

    void publish(const RunEvent& event);
    /// Commits \a record and tells of it. If it cannot be kept, tells of an ERROR instead and fails.
    /// Errors: those of RecordStore::commit and ReportWriter::add.
    Result<> close(TestRecord record);
    /// Finishes the reports. Errors: those of ReportWriter::finish.
    Result<LotSummary> finish(bool stopped);

private:
    Result<> keep(const TestRecord& record);
    void count(const TestRecord& record);

    std::mutex mutex_;
    RecordStore& records_;
    std::vector<ReportWriter*> reports_;
    EventSink& events_;
    LotSummary summary_;
    std::map<std::string, Outcome> latest_;
};

} // namespace framegate
