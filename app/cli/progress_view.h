// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/run_event.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace framegate {

/// Shows a lot on standard error: a bar with ETA, yield and a line a slot on a terminal; a line a run
/// otherwise. Events come one at a time.
class ProgressView : public EventSink {
public:
    explicit ProgressView(bool onTerminal) : onTerminal_(onTerminal) {}
    void publish(const RunEvent& event) override;

    /// The records of runs that did not pass, in the order in which they ended.
    const std::vector<std::shared_ptr<const TestRecord>>& troubled() const { return troubled_; }

private:
    struct SlotLine {
        std::string serial;
        std::string text;
        unsigned step = 0;
        unsigned steps = 0;
    };

    void on(const LotStarted& event);
    void on(const RunStarted& event);
    void on(const StepStarted& event);
    void on(const PictureTaken&) {}
    void on(const FocusLooked& event);
    void on(const RunFinished& event);
    void on(const StationNotice& event);
    void on(const LotFinished& event);
    void draw(bool force);
    void wipe();
    std::string barLine() const;
    std::string slotLine(int number, const SlotLine& slot) const;

    bool onTerminal_;
    unsigned units_ = 0;
    std::map<std::string, Outcome> latest_;
    std::map<int, SlotLine> slots_;
    std::vector<std::shared_ptr<const TestRecord>> troubled_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point drawn_{};
    int linesOnScreen_ = 0;
};

/// "[###...]", as much of it filled as \a share of 0 to 1 says.
std::string progressBar(double share);
/// "1:05" or "1:02:03" for a time in seconds.
std::string clockText(double seconds);

} // namespace framegate
