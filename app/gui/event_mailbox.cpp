// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/event_mailbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace framegate {

void EventMailbox::publish(const RunEvent& event) {
    const std::lock_guard lock(mutex_);
    Stamped stamped{published_++, event};
    if (const auto* step = std::get_if<StepStarted>(&event)) {
        steps_[step->slot] = std::move(stamped);
    } else if (const auto* picture = std::get_if<PictureTaken>(&event)) {
        pictures_[picture->slot] = std::move(stamped);
    } else if (const auto* looked = std::get_if<FocusLooked>(&event)) {
        looks_[looked->slot] = std::move(stamped);
    } else if (std::holds_alternative<StationNotice>(event)) {
        notices_.push_back(std::move(stamped));
        if (notices_.size() > keptNotices) notices_.pop_front();
    } else {
        lasting_.push_back(std::move(stamped));
    }
}

std::vector<RunEvent> EventMailbox::take() {
    std::unique_lock lock(mutex_);
    auto all = std::exchange(lasting_, {});
    std::move(notices_.begin(), notices_.end(), std::back_inserter(all));
    notices_.clear();
    for (auto* newest : {&steps_, &pictures_, &looks_}) {
        for (auto& [slot, stamped] : *newest)
            all.push_back(std::move(stamped));
        newest->clear();
    }
    lock.unlock();
    std::sort(all.begin(), all.end(), [](const Stamped& a, const Stamped& b) { return a.order < b.order; });
    std::vector<RunEvent> events;
    events.reserve(all.size());
    for (auto& stamped : all)
        events.push_back(std::move(stamped.event));
    return events;
}

} // namespace framegate
