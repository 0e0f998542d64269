// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/lot_display.h"

#include <algorithm>
#include <utility>

namespace framegate {

LotFacts factsOf(const Session& session, std::string operatorId) {
    return {session.plan().name + " " + session.plan().version,
            session.lot(),
            session.bench(),
            std::move(operatorId),
            session.unitCount(),
            session.slots()};
}

LotDisplay::LotDisplay(Session& session, std::string operatorId, StationWindow& window)
    : window_(window), model_(factsOf(session, std::move(operatorId))), thread_(session, mailbox_) {
    connect(&window_, &StationWindow::stopWanted, this, &LotDisplay::stop);
    connect(&window_, &StationWindow::closeWanted, this, &LotDisplay::closeWhenOver);
    connect(&timer_, &QTimer::timeout, this, &LotDisplay::tick);
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.start(tickInterval);
    window_.show(model_, std::chrono::steady_clock::now());
}

void LotDisplay::stop() {
    if (model_.isOver()) return;
    thread_.requestStop();
    model_.noteStopRequest();
    window_.show(model_, std::chrono::steady_clock::now());
}

void LotDisplay::closeWhenOver() {
    closes_ = true;
    if (!timer_.isActive()) window_.close();
}

void LotDisplay::tick() {
    const auto now = std::chrono::steady_clock::now();
    takeEvents(now);
    askForThumbnails(now);
    window_.show(model_, now);
    showThumbnails();
    if (model_.isOver() && hasAllThumbnails()) conclude();
}

void LotDisplay::takeEvents(StationModel::TimePoint now) {
    // Looked at first: what is in the mailbox afterwards is then all there will be.
    auto end = end_ ? std::nullopt : thread_.end();
    for (const auto& event : mailbox_.take())
        if (!std::holds_alternative<LotFinished>(event)) model_.apply(event, now);
    if (!end) return;
    if (end->summary)
        model_.apply(LotFinished{*end->summary, end->stopped}, now);
    else
        model_.noteBreakdown(end->summary.error().message + " [" + end->summary.error().code + "]", now);
    end_ = std::move(end);
}

void LotDisplay::askForThumbnails(StationModel::TimePoint now) {
    for (const auto& slot : model_.slotStates()) {
        auto& asked = asked_[slot.number];
        if (slot.picture != PictureState::Valid || asked.ticket == slot.pictureCount) continue;
        if (now - asked.at < thumbnailInterval) continue;
        asked = {slot.pictureCount, now};
        decoder_.request(slot.number, slot.pictureCount, slot.pictureBytes);
    }
}

void LotDisplay::showThumbnails() {
    for (const auto& thumbnail : decoder_.take())
        if (auto* tile = window_.tile(thumbnail.slot)) tile->showThumbnail(thumbnail.ticket, thumbnail.image);
}

bool LotDisplay::hasAllThumbnails() const {
    const auto isAsked = [this](const SlotState& slot) {
        return slot.picture != PictureState::Valid || asked_.at(slot.number).ticket == slot.pictureCount;
    };
    const auto& slots = model_.slotStates();
    return decoder_.isIdle() && std::all_of(slots.begin(), slots.end(), isAsked);
}

void LotDisplay::conclude() {
    timer_.stop();
    Q_EMIT over();
    if (closes_) window_.close();
}

} // namespace framegate
