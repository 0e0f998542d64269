// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/work_pool.h"
#include "domain/run_event.h"
#include "domain/test_plan.h"
#include "domain/test_record.h"
#include "domain/unit.h"
#include "steps/step.h"

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// People and places beside a slot, where there are any.
struct UnitSurroundings {
    /// Somebody shows the module a scene.
    std::function<Result<>(Scene, std::stop_token)> askFor{};
    /// Somebody sets the lens, told how it stands; true once they say that it is done.
    std::function<Result<bool>(const FocusLook&, std::stop_token)> turnLens{};
    /// Pictures that were judged, and whether their step failed; to be kept.
    std::function<void(std::vector<JudgedPicture>, bool failed)> keepScenes{};
    const SlotAccess* slot = nullptr; ///< where the board is plugged in
};

/// Takes one unit through the plan, once: setup, main, and always teardown; then, if all has passed, what
/// makes the board ready to ship. What can be judged without the module is judged by the pool meanwhile; the
/// record comes out the same as if nothing overlapped. Thread-bound.
class UnitRun {
public:
    using Publish = std::function<void(const RunEvent&)>;
    /// A failing capture, to be kept.
    using KeepArtifact = std::function<void(Resolution, const PictureBytes&)>;

    /// Which step a plan's entry means.
    using FindStep = const Step* (*)(std::string_view type);

    /// \a record comes with lot, serial, run, slot and the names of everything filled in.
    UnitRun(const TestPlan& plan, TestRecord record, WorkPool& pool, Publish publish, KeepArtifact keep,
            FindStep find = findStep, UnitSurroundings around = {});

    /// Runs on the board behind \a transport. The record is complete but not committed.
    TestRecord run(std::unique_ptr<UsbTransport> transport, std::stop_token stop);
    /// After run(): something went wrong between here and the board, which may not be fit for the next unit.
    bool boardInDoubt() const { return boardInDoubt_; }

private:
    /// What one attempt at a step found, with the part that the pool still works on.
    struct Pending {
        const StepSpec& spec;
        int attempt = 1;
        bool last = true; ///< attempt: its failures count
        StepFinding finding;
        std::future<Result<StepFinding>> later; ///< without a state where there is no such part
    };

    bool runAll(const std::vector<StepSpec>& specs, StepContext& context);
    bool runEntry(const StepSpec& spec, const Step& step, std::optional<Resolution> resolution,
                  StepContext& context);
    void hold(const StepSpec& spec, int attempt, bool last, StepFinding finding);
    bool finishInOrder(std::size_t leave);
    bool takeFront();
    bool take(const StepSpec& spec, int attempt, StepFinding finding, bool lastAttempt);
    void recordError(const Error& error, bool late);
    void blame(Outcome outcome, std::string code, std::string detail);
    Result<bool> showFocus(const FocusLook& look, std::stop_token stop);
    void showScenes(std::vector<JudgedPicture> scenes, bool failed);
    void runTeardown(StepContext& context);
    void ship(StepContext& context, bool tested);

    const TestPlan& plan_;
    TestRecord record_;
    WorkPool& pool_;
    std::deque<Pending> pending_; ///< in the order of the steps
    Publish publish_;
    KeepArtifact keep_;
    FindStep find_;
    UnitSurroundings around_;
    unsigned stepIndex_ = 0;
    bool boardInDoubt_ = false;
    bool lastWasGood_ = false; ///< what was taken last
    bool broken_ = false;      ///< a picture could not be judged: nothing after its step counts
};

/// How a failure counts: the module's fault FAILs, a stop ABORTs, anything else is the station's ERROR.
Outcome outcomeOf(const Error& error);
/// Captures and other pieces of work in a plan, for progress.
unsigned stepCount(const TestPlan& plan);

} // namespace framegate
