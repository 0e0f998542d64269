// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/run_event.h"
#include "records/record_store.h"

#include <functional>
#include <vector>

namespace framegate::test {

/// Keeps records in memory, up to a capacity, as a disk does.
class FakeRecordStore : public RecordStore {
public:
    Result<> commit(const TestRecord& record) override {
        if (records.size() >= capacity) return failure(ErrorKind::Io, "RECORD_NOT_STORED", "disk full");
        records.push_back(record);
        return {};
    }
    Result<std::vector<TestRecord>> lot(std::string_view) override { return records; }
    Result<std::vector<std::string>> lots() override { return std::vector<std::string>{}; }

    std::vector<TestRecord> records;
    std::size_t capacity = 1000;
};

/// Hands every event to a function, which may be empty.
class FakeEventSink : public EventSink {
public:
    void publish(const RunEvent& event) override {
        if (onEvent) onEvent(event);
    }
    std::function<void(const RunEvent&)> onEvent;
};

} // namespace framegate::test
