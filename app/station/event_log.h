// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/files.h"
#include "domain/run_event.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// One JSON object an event with a running `seq`, appended to a file: docs/cli.md. It never stops a run; if
/// the disk refuses, the log ends and says so once. Not thread-safe: events come one at a time.
class EventLog : public EventSink {
public:
    /// Errors: Io `FILE_WRITE`.
    static Result<std::unique_ptr<EventLog>> open(const std::filesystem::path& file);
    void publish(const RunEvent& event) override;
    /// Why the log ended early; empty if it did not.
    const std::string& trouble() const { return trouble_; }

private:
    explicit EventLog(AppendFile file) : file_(std::move(file)) {}
    AppendFile file_;
    std::uint64_t sequence_ = 0;
    std::string trouble_;
};

/// An event as the text of a JSON object, with \a sequence.
std::string eventJson(const RunEvent& event, std::uint64_t sequence);

/// Passes each event on to several sinks, in order.
class EventFan : public EventSink {
public:
    explicit EventFan(std::vector<EventSink*> sinks) : sinks_(std::move(sinks)) {}
    void publish(const RunEvent& event) override {
        for (auto* sink : sinks_)
            sink->publish(event);
    }

private:
    std::vector<EventSink*> sinks_;
};

} // namespace framegate
