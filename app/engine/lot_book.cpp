// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/lot_book.h"

#include <utility>

namespace framegate {
namespace {

unsigned& counterOf(LotSummary& summary, Outcome outcome) {
    switch (outcome) {
    case Outcome::Pass:
        return summary.passed;
    case Outcome::Fail:
        return summary.failed;
    case Outcome::Aborted:
        return summary.aborted;
    case Outcome::Error:
        break;
    }
    return summary.errors;
}

TestRecord notStored(TestRecord record, const Error& error) {
    record.outcome = Outcome::Error;
    record.failureCode = error.code;
    record.failureDetail = error.message;
    return record;
}

} // namespace

LotBook::LotBook(RecordStore& records, std::vector<ReportWriter*> reports, EventSink& events,
                 LotSummary start)
    : records_(records), reports_(std::move(reports)), events_(events), summary_(std::move(start)) {}

void LotBook::publish(const RunEvent& event) {
    const std::lock_guard lock(mutex_);
    events_.publish(event);
}

Result<> LotBook::keep(const TestRecord& record) {
    if (auto committed = records_.commit(record); !committed) return committed;
    for (auto* report : reports_)
        if (auto added = report->add(record); !added) return added;
    return {};
}

void LotBook::count(const TestRecord& record) {
    const auto [entry, isNew] = latest_.try_emplace(record.serial, record.outcome);
    if (!isNew) --counterOf(summary_, std::exchange(entry->second, record.outcome));
    ++counterOf(summary_, record.outcome);
    if (record.run == 1 && record.outcome == Outcome::Pass) ++summary_.passedFirstRun;
}

Result<> LotBook::close(TestRecord record) {
    const std::lock_guard lock(mutex_);
    auto kept = keep(record);
    if (!kept) record = notStored(std::move(record), kept.error());
    count(record);
    events_.publish(RunFinished{std::make_shared<const TestRecord>(std::move(record))});
    return kept;
}

Result<LotSummary> LotBook::finish(bool stopped) {
    const std::lock_guard lock(mutex_);
    Result<LotSummary> result = summary_;
    for (auto* report : reports_)
        if (auto finished = report->finish(summary_); !finished && result) result = passOn(finished);
    events_.publish(LotFinished{summary_, stopped});
    return result;
}

} // namespace framegate
