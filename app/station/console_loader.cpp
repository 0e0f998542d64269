// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/console_loader.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace framegate {
namespace {

constexpr int lookMs = 100; ///< how often a waiting question looks for the stop request

Result<std::string> readLine(std::stop_token stop) {
    std::string line;
    while (!stop.stop_requested()) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::poll(&input, 1, lookMs) <= 0) continue;
        char c = 0;
        if (::read(STDIN_FILENO, &c, 1) != 1)
            return failure(ErrorKind::NotAvailable, "NO_OPERATOR", "nobody answers at the terminal");
        if (c == '\n') return line;
        line += c;
    }
    return failure(ErrorKind::Cancelled, "CANCELLED", "stopped while waiting for an answer");
}

Result<> awaitEnter(std::stop_token stop) {
    const auto line = readLine(std::move(stop));
    if (!line) return passOn(line);
    return {};
}

} // namespace

Result<std::string> askAtTerminal(const std::string& question, std::stop_token stop) {
    fmt::print(stderr, "{} ", question);
    return readLine(std::move(stop));
}

Result<> ConsoleLoader::insert(int slot, const Unit& unit, int run, std::stop_token stop) {
    const std::lock_guard lock(terminal_);
    const auto known = inSlot_.find(slot);
    const bool sameUnit = known != inSlot_.end() && known->second == unit.serial.text();
    if (run > 1 && sameUnit) return {};
    if (::isatty(STDIN_FILENO) == 0) {
        if (known != inSlot_.end())
            return failure(ErrorKind::NotAvailable, "NO_OPERATOR",
                           fmt::format("no terminal to ask for unit {} at; give no more units than slots",
                                       unit.serial.text()));
    } else {
        fmt::print(stderr, "slot {}: put in unit {}, then press Enter\n", slot, unit.serial.text());
        if (auto answered = awaitEnter(stop); !answered) return answered;
    }
    inSlot_[slot] = unit.serial.text();
    return {};
}

Result<> ConsoleLoader::show(int slot, Scene scene, std::stop_token stop) {
    const std::lock_guard lock(terminal_);
    if (::isatty(STDIN_FILENO) == 0)
        return failure(
            ErrorKind::NotAvailable, "NO_OPERATOR",
            fmt::format("slot {}: no terminal to ask for the {} at, and the fixture has no output for it",
                        slot, sceneText(scene)));
    fmt::print(stderr, "slot {}: {}, then press Enter\n", slot, sceneInstruction(scene));
    return awaitEnter(std::move(stop));
}

/// What was typed since, without waiting. Returns whether a line is complete.
bool ConsoleLoader::lineTyped() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    char c = 0;
    while (::poll(&input, 1, 0) > 0 && ::read(STDIN_FILENO, &c, 1) == 1) {
        if (c == '\n') return true;
        typed_ += c;
    }
    return false;
}

Result<bool> ConsoleLoader::adjustFocus(int slot, const FocusLook& look, std::stop_token stop) {
    if (stop.stop_requested())
        return failure(ErrorKind::Cancelled, "CANCELLED", "stopped while a lens was being set");
    const std::unique_lock lock(terminal_, std::try_to_lock); // another slot may be asking for its unit
    if (!lock || ::isatty(STDIN_FILENO) == 0) return false;
    if (look.looks <= 1) done_.erase(slot);
    setting_.insert(slot);
    if (lineTyped()) {
        const auto line = std::exchange(typed_, {});
        if (line.empty() && setting_.size() == 1) done_.insert(slot);
        if (!line.empty()) done_.insert(std::atoi(line.c_str()));
    }
    return done_.erase(slot) > 0;
}

void ConsoleLoader::remove(int slot) {
    const std::lock_guard lock(terminal_);
    setting_.erase(slot);
    done_.erase(slot);
}

} // namespace framegate
