// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/run_event.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// What a slot is seen to be doing. Until the first step of a new unit runs, the verdict of the last one
/// stays.
enum class SlotPhase : std::uint8_t {
    Waiting, ///< nothing tested here yet
    Testing,
    Passed,
    Failed,
    Error,
    Aborted,
};

/// With which a unit of that outcome leaves its slot.
SlotPhase phaseOf(Outcome outcome);

/// Whether a slot has a picture to show.
enum class PictureState : std::uint8_t {
    None,
    Valid,
    Invalid, ///< a capture came, but it was judged to be no valid picture
};

/// A unit that is about to be put into a slot.
struct NextUnit {
    std::string serial;
    int run = 1;
};

/// One slot as the operator sees it. A value.
struct SlotState {
    int number = 1;
    SlotPhase phase = SlotPhase::Waiting;
    std::string serial; ///< of the unit that phase, step and picture belong to
    int run = 0;
    std::optional<NextUnit> next; ///< announced, but no step of it has begun
    std::string step;
    std::optional<Resolution> resolution;
    unsigned stepIndex = 0; ///< steps begun before this one
    unsigned steps = 0;
    bool marginal = false;
    std::string failureCode;
    std::string failureDetail;
    std::chrono::nanoseconds duration{0}; ///< of the finished run, in the bench's time
    PictureState picture = PictureState::None;
    Resolution pictureSize;
    PictureBytes pictureBytes;      ///< set only while picture is Valid
    std::uint64_t pictureCount = 0; ///< rises with every capture of this slot
    std::uint64_t runCount = 0;     ///< rises with every unit whose first step begins
    std::uint64_t revision = 0;     ///< rises with every change

    bool isTesting() const { return phase == SlotPhase::Testing; }
    bool hasVerdict() const { return phase >= SlotPhase::Passed; }
    /// How far the run is, in 0…1.
    double progress() const;
};

/// One line of the list of results.
struct ResultLine {
    std::string serial;
    int run = 1;
    int slot = 1;
    Outcome outcome = Outcome::Error;
    bool marginal = false;
    std::string failureCode;
    std::string failureDetail;
    std::chrono::nanoseconds duration{0};
};

/// One line of the list of notices.
struct NoticeLine {
    int slot = 0; ///< 0: the whole station
    std::string message;
};

/// What the whole station does.
enum class StationPhase : std::uint8_t {
    Preparing,
    Running,
    Stopping, ///< asked to stop; each slot still runs its teardown
    Finished,
    Stopped,
    Broken, ///< the lot ended because the station could not go on
};

/// What is known of the lot before it starts.
struct LotFacts {
    std::string plan;
    std::string lot;
    std::string bench; ///< "usb" or "virtual"
    std::string operatorId;
    unsigned units = 0; ///< still to be run
    std::vector<int> slotNumbers;
};

/// The state of a lot as its events tell it: what the window shows, without a window. Knows nothing of Qt.
/// Thread-bound.
class StationModel {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr std::size_t keptResults = 200;
    static constexpr std::size_t keptNotices = 100;

    explicit StationModel(LotFacts facts);

    void apply(const RunEvent& event, TimePoint now);
    /// The operator asked to stop. Ignored once the lot is over.
    void noteStopRequest();
    /// The lot ended with an error in place of a summary.
    void noteBreakdown(std::string message, TimePoint now);

    const LotFacts& facts() const { return facts_; }
    bool isVirtual() const { return facts_.bench == "virtual"; }
    StationPhase phase() const { return phase_; }
    bool isOver() const { return phase_ >= StationPhase::Finished; }
    const std::string& breakdown() const { return breakdown_; }

    /// In the order of the slots' numbers.
    const std::vector<SlotState>& slotStates() const { return slots_; }
    /// Counts by each unit's latest run.
    const LotSummary& counts() const { return counts_; }
    /// First-pass yield in 0…1; nothing while no unit was judged.
    std::optional<double> firstPassYield() const;
    /// How far the lot is, in 0…1, with the part of units that are being tested.
    double progress() const;
    std::chrono::nanoseconds elapsed(TimePoint now) const;
    /// Time left at the pace so far; nothing until a unit is done, or when there is none to wait for.
    std::optional<std::chrono::nanoseconds> timeLeft(TimePoint now) const;

    /// Newest first, at most keptResults.
    const std::deque<ResultLine>& results() const { return results_; }
    /// How many results there were ever: tells whether results() has new ones.
    std::uint64_t resultCount() const { return resultCount_; }
    /// Newest first, at most keptNotices.
    const std::deque<NoticeLine>& notices() const { return notices_; }
    std::uint64_t noticeCount() const { return noticeCount_; }

private:
    void on(const LotStarted& event);
    void on(const RunStarted& event);
    void on(const StepStarted& event);
    void on(const PictureTaken& event);
    void on(const FocusLooked& event);
    void on(const RunFinished& event);
    void on(const StationNotice& event);
    void on(const LotFinished& event);
    SlotState& slot(int number);
    void beginRun(SlotState& slot);
    void count(const TestRecord& record);
    void end(StationPhase phase);

    LotFacts facts_;
    StationPhase phase_ = StationPhase::Preparing;
    std::string breakdown_;
    std::vector<SlotState> slots_;
    std::map<int, unsigned> announcedSteps_;
    LotSummary counts_;
    std::map<std::string, Outcome> latest_;
    std::deque<ResultLine> results_;
    std::uint64_t resultCount_ = 0;
    std::deque<NoticeLine> notices_;
    std::uint64_t noticeCount_ = 0;
    TimePoint now_{};
    std::optional<TimePoint> begin_;
    std::optional<TimePoint> end_;
};

} // namespace framegate
