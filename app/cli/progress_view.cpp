// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/progress_view.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr unsigned barWidth = 30;
constexpr std::chrono::milliseconds redrawInterval{80};

std::string describe(const TestRecord& record) {
    auto text =
        fmt::format("{:<7} {} (slot {}, run {}, {:.1f} s)", outcomeText(record.outcome), record.serial,
                    record.slot, record.run, std::chrono::duration<double>(record.duration).count());
    if (!record.failureCode.empty()) text += fmt::format(" {}: {}", record.failureCode, record.failureDetail);
    return text;
}

} // namespace

std::string progressBar(double share) {
    const auto filled = static_cast<unsigned>(std::lround(std::clamp(share, 0.0, 1.0) * barWidth));
    return "[" + std::string(filled, '#') + std::string(barWidth - filled, '.') + "]";
}

std::string clockText(double seconds) {
    const auto whole = std::max(0L, std::lround(seconds));
    if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void ProgressView::publish(const RunEvent& event) {
    std::visit([this](const auto& e) { on(e); }, event);
}

void ProgressView::on(const LotStarted& event) {
    units_ = event.units;
    fmt::print(stderr, "lot {}: {} units, plan {}, {} slots{}\n", event.lot, event.units, event.plan,
               event.slots, event.bench == "virtual" ? ", VIRTUAL BENCH (simulated modules)" : "");
}

void ProgressView::on(const RunStarted& event) {
    slots_[event.slot] = {event.serial, "starting", 0, event.steps};
    draw(false);
}

void ProgressView::on(const StepStarted& event) {
    auto& slot = slots_[event.slot];
    slot.step = event.index;
    slot.text = event.resolution ? fmt::format("{} {}", event.step, event.resolution->text()) : event.step;
    draw(false);
}

void ProgressView::on(const FocusLooked& event) {
    slots_[event.slot].text = focusText(event.look);
    draw(false);
}

void ProgressView::on(const RunFinished& event) {
    const auto& record = *event.record;
    latest_[record.serial] = record.outcome;
    auto& slot = slots_[record.slot];
    slot.text = outcomeText(record.outcome);
    slot.step = slot.steps;
    if (record.outcome != Outcome::Pass) troubled_.push_back(event.record);
    if (!onTerminal_ || record.outcome != Outcome::Pass) {
        wipe();
        fmt::print(stderr, "{}\n", describe(record));
    }
    draw(true);
}

void ProgressView::on(const StationNotice& event) {
    wipe();
    fmt::print(stderr, "{}: {}\n", event.slot == 0 ? "station" : fmt::format("slot {}", event.slot),
               event.message);
    draw(true);
}

void ProgressView::on(const LotFinished&) {
    wipe();
}

std::string ProgressView::barLine() const {
    const auto done = latest_.size();
    const double share = units_ == 0 ? 1.0 : static_cast<double>(done) / units_;
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    const auto passed = std::count_if(latest_.begin(), latest_.end(),
                                      [](const auto& e) { return e.second == Outcome::Pass; });
    const auto eta = done == 0 ? std::string("-:--") : clockText(elapsed / share - elapsed);
    const auto yield =
        done == 0 ? std::string("-")
                  : fmt::format("{:.1f} %", 100.0 * static_cast<double>(passed) / static_cast<double>(done));
    return fmt::format("{} {}/{}  ETA {}  yield {}", progressBar(share), done, units_, eta, yield);
}

std::string ProgressView::slotLine(int number, const SlotLine& slot) const {
    const double share = slot.steps == 0 ? 0.0 : static_cast<double>(slot.step) / slot.steps;
    return fmt::format("  slot {:<3}{} {:<12} {}", number, progressBar(share), slot.serial, slot.text);
}

void ProgressView::wipe() {
    if (linesOnScreen_ > 0) fmt::print(stderr, "\x1b[{}A\x1b[J", linesOnScreen_);
    linesOnScreen_ = 0;
}

void ProgressView::draw(bool force) {
    const auto now = std::chrono::steady_clock::now();
    if (!onTerminal_ || (!force && now - drawn_ < redrawInterval)) return;
    drawn_ = now;
    wipe();
    std::string screen = barLine() + "\n";
    for (const auto& [number, slot] : slots_)
        screen += slotLine(number, slot) + "\n";
    fmt::print(stderr, "{}", screen);
    linesOnScreen_ = static_cast<int>(slots_.size()) + 1;
}

} // namespace framegate
