// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "station/session.h"

#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace framegate {

/// How a lot ended.
struct LotEnd {
    Result<LotSummary> summary;
    bool stopped = false; ///< a stop was asked for before it ended

    /// As docs/cli.md says.
    int exitStatus() const;
};

/// The exit status for a failure that kept the station from working.
int exitStatusOf(const Error& error);

/// Runs a session's lot on a thread of its own, from construction on. Destruction stops the lot and waits for
/// its teardown. Thread-bound.
class LotThread {
public:
    /// Both outlive the thread; \a events is called from the engine's threads.
    LotThread(Session& session, EventSink& events);

    void requestStop() { thread_.request_stop(); }
    /// Nothing while the lot runs. All its events were published before this says otherwise.
    std::optional<LotEnd> end() const;

private:
    void work(Session& session, EventSink& events, std::stop_token stop);

    mutable std::mutex mutex_;
    std::optional<LotEnd> end_;
    std::jthread thread_; // last: joins before the rest goes
};

} // namespace framegate
