// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/run_event.h"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace framegate {

/// Carries events from the engine's threads to the window's: publish() never waits for the window, and the
/// window fetches all at once, as often as it paints.
///
/// What waits is bounded: of a slot's steps and of its pictures only the newest is kept, of notices the
/// newest `keptNotices`. Starts and ends of lots and runs (so every verdict) are never dropped. Thread-safe.
class EventMailbox : public EventSink {
public:
    static constexpr std::size_t keptNotices = 100;

    void publish(const RunEvent& event) override;
    /// All that waits, in the order published; the mailbox is empty then.
    std::vector<RunEvent> take();

private:
    struct Stamped {
        std::uint64_t order = 0;
        RunEvent event;
    };

    std::mutex mutex_;
    std::uint64_t published_ = 0;
    std::vector<Stamped> lasting_;
    std::deque<Stamped> notices_;
    std::map<int, Stamped> steps_; ///< by slot
    std::map<int, Stamped> pictures_;
    std::map<int, Stamped> looks_; ///< by slot
};

} // namespace framegate
