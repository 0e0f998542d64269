// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/flash_view.h"

#include "cli/progress_view.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

constexpr double writingBegins = 0.1; ///< of the whole; before it the board goes to BOOTSEL
constexpr double startingBegins = 0.9;

double shareOfAll(FlashStage stage, double share) {
    switch (stage) {
    case FlashStage::ToBootsel:
        return 0;
    case FlashStage::Writing:
        return writingBegins + (startingBegins - writingBegins) * std::clamp(share, 0.0, 1.0);
    case FlashStage::Starting:
        return startingBegins;
    }
    return 0;
}

} // namespace

FlashView::FlashView(bool onTerminal, std::span<const FlashTarget> targets) : onTerminal_(onTerminal) {
    for (const auto& target : targets)
        boards_[target.text()];
}

void FlashView::show(const FlashTarget& target, FlashStage stage, double share) {
    boards_[target.text()] = {stage, shareOfAll(stage, share)};
    if (onTerminal_) return draw();
    if (share == 0) fmt::print(stderr, "{}: {}\n", target.text(), stageText(stage));
}

std::string FlashView::barLine(std::chrono::duration<double> elapsed) const {
    double sum = 0;
    for (const auto& [name, line] : boards_)
        sum += line.share;
    const double share = boards_.empty() ? 1.0 : sum / static_cast<double>(boards_.size());
    const auto eta = share == 0 ? std::string("-:--") : clockText(elapsed.count() / share - elapsed.count());
    return fmt::format("{} {:3.0f} %  ETA {}", progressBar(share), 100 * share, eta);
}

void FlashView::finish() {
    if (linesOnScreen_ > 0) fmt::print(stderr, "\x1b[{}A\x1b[J", std::exchange(linesOnScreen_, 0));
}

void FlashView::draw() {
    finish();
    auto screen = barLine(std::chrono::steady_clock::now() - begin_) + "\n";
    for (const auto& [name, line] : boards_)
        screen += fmt::format("  {} {:<16} {}\n", progressBar(line.share), name, stageText(line.stage));
    fmt::print(stderr, "{}", screen);
    linesOnScreen_ = boards_.size() + 1;
}

} // namespace framegate
