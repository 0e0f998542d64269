// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/lot_thread.h"

#include <utility>

namespace framegate {

int LotEnd::exitStatus() const {
    return summary ? summary->exitStatus(stopped) : exitStatusOf(summary.error());
}

int exitStatusOf(const Error& error) {
    switch (error.kind) {
    case ErrorKind::InvalidInput:
        return 2;
    case ErrorKind::Cancelled:
        return 130;
    default:
        return 3;
    }
}

LotThread::LotThread(Session& session, EventSink& events)
    : thread_([this, &session, &events](std::stop_token stop) { work(session, events, std::move(stop)); }) {}

std::optional<LotEnd> LotThread::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

void LotThread::work(Session& session, EventSink& events, std::stop_token stop) {
    auto summary = session.run(events, stop);
    const std::lock_guard lock(mutex_);
    end_ = LotEnd{std::move(summary), stop.stop_requested()};
}

} // namespace framegate
