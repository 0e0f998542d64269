// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_model.h"

#include <algorithm>
#include <utility>

namespace framegate {
namespace {

unsigned& counterOf(LotSummary& counts, Outcome outcome) {
    switch (outcome) {
    case Outcome::Pass:
        return counts.passed;
    case Outcome::Fail:
        return counts.failed;
    case Outcome::Aborted:
        return counts.aborted;
    case Outcome::Error:
        break;
    }
    return counts.errors;
}

template <class Line>
void keepNewest(std::deque<Line>& lines, Line line, std::size_t limit) {
    lines.push_front(std::move(line));
    if (lines.size() > limit) lines.pop_back();
}

} // namespace

SlotPhase phaseOf(Outcome outcome) {
    switch (outcome) {
    case Outcome::Pass:
        return SlotPhase::Passed;
    case Outcome::Fail:
        return SlotPhase::Failed;
    case Outcome::Aborted:
        return SlotPhase::Aborted;
    case Outcome::Error:
        break;
    }
    return SlotPhase::Error;
}

double SlotState::progress() const {
    if (hasVerdict()) return 1;
    return steps == 0 ? 0.0 : std::min(1.0, static_cast<double>(stepIndex) / steps);
}

StationModel::StationModel(LotFacts facts) : facts_(std::move(facts)) {
    std::sort(facts_.slotNumbers.begin(), facts_.slotNumbers.end());
    for (const int number : facts_.slotNumbers)
        slot(number);
    counts_.planned = facts_.units;
    counts_.lot = facts_.lot;
}

void StationModel::apply(const RunEvent& event, TimePoint now) {
    now_ = now;
    std::visit([this](const auto& e) { on(e); }, event);
}

void StationModel::noteStopRequest() {
    if (!isOver()) phase_ = StationPhase::Stopping;
}

void StationModel::noteBreakdown(std::string message, TimePoint now) {
    now_ = now;
    breakdown_ = std::move(message);
    end(StationPhase::Broken);
}

std::optional<double> StationModel::firstPassYield() const {
    if (counts_.passed + counts_.failed == 0) return std::nullopt;
    return counts_.firstPassYield();
}

double StationModel::progress() const {
    if (counts_.planned == 0) return isOver() ? 1.0 : 0.0;
    double done = counts_.tested();
    for (const auto& state : slots_)
        if (state.isTesting() && latest_.count(state.serial) == 0) done += state.progress();
    return std::min(1.0, done / counts_.planned);
}

std::chrono::nanoseconds StationModel::elapsed(TimePoint now) const {
    if (!begin_) return {};
    return std::max(std::chrono::nanoseconds::zero(), std::chrono::nanoseconds(end_.value_or(now) - *begin_));
}

std::optional<std::chrono::nanoseconds> StationModel::timeLeft(TimePoint now) const {
    if (phase_ != StationPhase::Running || latest_.empty()) return std::nullopt;
    const double share = progress();
    const auto seconds = std::chrono::duration<double>(elapsed(now)).count();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds * (1 - share) / share));
}

SlotState& StationModel::slot(int number) {
    auto place = std::lower_bound(slots_.begin(), slots_.end(), number,
                                  [](const SlotState& state, int wanted) { return state.number < wanted; });
    if (place == slots_.end() || place->number != number) {
        place = slots_.insert(place, SlotState{});
        place->number = number;
    }
    ++place->revision;
    return *place;
}

void StationModel::on(const LotStarted& event) {
    begin_ = now_;
    if (phase_ == StationPhase::Preparing) phase_ = StationPhase::Running;
    facts_.lot = event.lot;
    facts_.bench = event.bench;
    facts_.plan = event.plan;
    counts_.lot = event.lot;
    counts_.planned = event.units;
}

void StationModel::on(const RunStarted& event) {
    // The operator may only now be taking out the last unit: its verdict stays until a step runs.
    slot(event.slot).next = NextUnit{event.serial, event.run};
    announcedSteps_[event.slot] = event.steps;
}

void StationModel::beginRun(SlotState& state) {
    SlotState fresh;
    fresh.number = state.number;
    fresh.phase = SlotPhase::Testing;
    fresh.serial = std::move(state.next->serial);
    fresh.run = state.next->run;
    fresh.steps = announcedSteps_[state.number];
    fresh.pictureCount = state.pictureCount;
    fresh.runCount = state.runCount + 1;
    fresh.revision = state.revision;
    state = std::move(fresh);
}

void StationModel::on(const StepStarted& event) {
    auto& state = slot(event.slot);
    if (state.next) beginRun(state);
    state.step = event.step;
    state.resolution = event.resolution;
    state.stepIndex = event.index;
}

void StationModel::on(const PictureTaken& event) {
    auto& state = slot(event.slot);
    if (state.next) beginRun(state);
    state.picture = event.valid ? PictureState::Valid : PictureState::Invalid;
    state.pictureSize = event.resolution;
    state.pictureBytes = event.valid ? event.bytes : nullptr;
    ++state.pictureCount;
}

void StationModel::on(const FocusLooked& event) {
    auto& state = slot(event.slot);
    state.step = focusText(event.look);
    state.resolution = {};
}

void StationModel::on(const RunFinished& event) {
    const auto& record = *event.record;
    auto& state = slot(record.slot);
    if (state.next) beginRun(state);
    state.serial = record.serial;
    state.run = record.run;
    state.phase = phaseOf(record.outcome);
    state.marginal = record.marginal;
    state.failureCode = record.failureCode;
    state.failureDetail = record.failureDetail;
    state.duration = record.duration;
    count(record);
    keepNewest(results_,
               ResultLine{record.serial, record.run, record.slot, record.outcome, record.marginal,
                          record.failureCode, record.failureDetail, record.duration},
               keptResults);
    ++resultCount_;
}

void StationModel::count(const TestRecord& record) {
    const auto [entry, isNew] = latest_.try_emplace(record.serial, record.outcome);
    if (!isNew) --counterOf(counts_, std::exchange(entry->second, record.outcome));
    ++counterOf(counts_, record.outcome);
    if (record.run == 1 && record.outcome == Outcome::Pass) ++counts_.passedFirstRun;
}

void StationModel::on(const StationNotice& event) {
    keepNewest(notices_, NoticeLine{event.slot, event.message}, keptNotices);
    ++noticeCount_;
}

void StationModel::on(const LotFinished& event) {
    counts_ = event.summary;
    end(event.stopped ? StationPhase::Stopped : StationPhase::Finished);
}

void StationModel::end(StationPhase phase) {
    phase_ = phase;
    if (!end_) end_ = now_;
    for (auto& state : slots_)
        if (std::exchange(state.next, std::nullopt)) ++state.revision;
}

} // namespace framegate
