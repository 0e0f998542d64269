// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/unit.h"

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace framegate {

/// The units of a lot, handed out in order, each once. Thread-safe.
class UnitQueue {
public:
    explicit UnitQueue(std::vector<Unit> units) : units_(std::move(units)) {}
    /// The next unit; none when all were taken or the queue was closed.
    std::optional<Unit> take() {
        const std::lock_guard lock(mutex_);
        if (closed_ || next_ == units_.size()) return std::nullopt;
        return units_[next_++];
    }
    /// No unit is handed out any more.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }

private:
    std::mutex mutex_;
    std::vector<Unit> units_;
    std::size_t next_ = 0;
    bool closed_ = false;
};

} // namespace framegate
