// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/unit_run.h"

#include "camera/camera.h"
#include "engine/station_trouble.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace framegate {
namespace {

constexpr std::chrono::seconds teardownLimit{5};
constexpr std::size_t picturesUnderWay = 2; ///< of a unit with the pool: bounds its memory

std::string failedName(const Measurement& measurement) {
    const auto& reading = measurement.reading;
    return reading.resolution ? fmt::format("{}@{}", reading.name, reading.resolution->text()) : reading.name;
}

std::string limitCode(std::string_view name) {
    std::string code = "LIMIT_";
    for (const char c : name)
        code += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return code;
}

std::string limitDetail(const Measurement& measurement) {
    const auto bound = [](const std::optional<double>& value) {
        return value ? fmt::format("{}", *value) : "any";
    };
    return fmt::format("{} is {} {}, allowed {} to {}", failedName(measurement), measurement.reading.value,
                       measurement.reading.unit, bound(measurement.low), bound(measurement.high));
}

unsigned countOf(const std::vector<StepSpec>& specs) {
    unsigned count = 0;
    for (const auto& spec : specs)
        if (const Step* step = findStep(spec.type)) count += step->weight(spec);
    return count;
}

std::vector<std::optional<Resolution>> passesOf(const StepSpec& spec) {
    if (spec.resolutions.empty()) return {std::nullopt};
    return {spec.resolutions.begin(), spec.resolutions.end()};
}

} // namespace

Outcome outcomeOf(const Error& error) {
    if (error.kind == ErrorKind::Module) return Outcome::Fail;
    return error.kind == ErrorKind::Cancelled ? Outcome::Aborted : Outcome::Error;
}

unsigned stepCount(const TestPlan& plan) {
    return countOf(plan.setup) + countOf(plan.main) + countOf(plan.teardown);
}

namespace {

/// Adds what was found later, as if it had been found in one go.
void merge(StepFinding& finding, StepFinding&& later) {
    std::move(later.readings.begin(), later.readings.end(), std::back_inserter(finding.readings));
    std::move(later.explained.begin(), later.explained.end(), std::back_inserter(finding.explained));
    if (finding.picture && !later.failureCode.empty()) finding.picture->valid = false;
    if (!later.scenes.empty()) finding.scenes = std::move(later.scenes);
    const bool outweighs = later.blamesStation && !finding.blamesStation;
    if (!finding.failureCode.empty() && !outweighs) return;
    finding.failureCode = std::move(later.failureCode);
    finding.failureDetail = std::move(later.failureDetail);
    finding.blamesStation = later.blamesStation;
}

/// What the pool found. An exception, such as for want of memory, is the station's doubt, not the unit's
/// fault.
Result<StepFinding> resultOf(std::future<Result<StepFinding>>& later) {
    try {
        return later.get();
    } catch (const std::exception& thrown) {
        return failure(ErrorKind::Internal, "JUDGE",
                       fmt::format("judging a picture broke off: {}", thrown.what()));
    }
}

} // namespace

UnitRun::UnitRun(const TestPlan& plan, TestRecord record, WorkPool& pool, Publish publish, KeepArtifact keep,
                 FindStep find, UnitSurroundings around)
    : plan_(plan),
      record_(std::move(record)),
      pool_(pool),
      publish_(std::move(publish)),
      keep_(std::move(keep)),
      find_(find),
      around_(std::move(around)) {
    record_.outcome = Outcome::Pass;
}

TestRecord UnitRun::run(std::unique_ptr<UsbTransport> transport, std::stop_token stop) {
    FixtureBoard board(std::move(transport));
    Camera camera(board, plan_.sensor, plan_.board, plan_.timing);
    BoardHello hello;
    const auto begin = board.clock().now();
    StepContext context{plan_, camera, hello, Deadline(begin + plan_.unitTimeLimit), stop, around_.askFor};
    context.turnLens = [this](const FocusLook& look, std::stop_token asked) {
        return showFocus(look, std::move(asked));
    };
    context.slot = around_.slot;
    const bool tested = runAll(plan_.setup, context) && runAll(plan_.main, context);
    runTeardown(context);
    finishInOrder(0);
    if (record_.outcome == Outcome::Pass) ship(context, tested);
    record_.marginal = record_.marginal && record_.outcome == Outcome::Pass;
    record_.boardId = hello.boardId;
    record_.firmware = hello.firmware;
    record_.duration = board.clock().now() - begin;
    return std::move(record_);
}

bool UnitRun::runAll(const std::vector<StepSpec>& specs, StepContext& context) {
    for (const auto& spec : specs) {
        const Step* step = find_(spec.type);
        if (step == nullptr) {
            blame(Outcome::Error, "PLAN_STEP", fmt::format("no step is called {}", spec.type));
            return false;
        }
        if (step->ships()) continue;
        for (const auto resolution : passesOf(spec))
            if (!runEntry(spec, *step, resolution, context)) return false;
    }
    return true;
}

bool UnitRun::runEntry(const StepSpec& spec, const Step& step, std::optional<Resolution> resolution,
                       StepContext& context) {
    publish_(StepStarted{record_.slot, spec.type, resolution, stepIndex_++});
    for (int attempt = 1;; ++attempt) {
        const bool last = attempt >= spec.attempts;
        if (context.stop.stop_requested()) {
            if (finishInOrder(0)) blame(Outcome::Aborted, "STOPPED", "stopped by the operator");
            return false;
        }
        auto finding = step.run(context, spec, resolution);
        if (!finding && !last && finding.error().kind == ErrorKind::Module) continue;
        if (!finding) {
            auto& error = finding.error();
            const bool late = context.deadline.passed(context.camera.clock());
            if (finishInOrder(0))
                recordError(resolution ? std::move(error).within(resolution->text()) : error, late);
            return false;
        }
        const bool ends = finding->ends;
        if (!finding->notice.empty()) publish_(StationNotice{record_.slot, finding->notice});
        hold(spec, attempt, last, std::move(*finding));
        if (last) return finishInOrder(picturesUnderWay) && !ends;
        // Whether another attempt follows must be known now.
        if (!finishInOrder(0)) return false;
        if (lastWasGood_) return true;
    }
}

void UnitRun::hold(const StepSpec& spec, int attempt, bool last, StepFinding finding) {
    Pending pending{spec, attempt, last, std::move(finding), {}};
    if (auto later = std::exchange(pending.finding.later, {})) pending.later = pool_.submit(std::move(later));
    pending_.push_back(std::move(pending));
}

/// Takes what was found, in the order of the steps, until at most \a leave pictures are with the pool.
/// Returns false once such a picture could not be judged: the run ends with its step, whatever ran since.
bool UnitRun::finishInOrder(std::size_t leave) {
    const auto withPool = [](const Pending& pending) { return pending.later.valid(); };
    while (!broken_ && !pending_.empty()) {
        const auto pictures = std::count_if(pending_.begin(), pending_.end(), withPool);
        if (withPool(pending_.front()) && static_cast<std::size_t>(pictures) <= leave) break;
        broken_ = !takeFront();
    }
    if (broken_) pending_.clear();
    return !broken_;
}

bool UnitRun::takeFront() {
    auto pending = std::move(pending_.front());
    pending_.pop_front();
    if (pending.later.valid()) {
        auto later = resultOf(pending.later);
        if (!later) {
            for (auto& scene : pending.finding.scenes)
                scene.remarks.push_back(later.error().message);
            showScenes(std::move(pending.finding.scenes), true);
            recordError(later.error(), false);
            return false;
        }
        merge(pending.finding, std::move(*later));
    }
    lastWasGood_ = take(pending.spec, pending.attempt, std::move(pending.finding), pending.last);
    return true;
}

/// Judges and keeps what a step found. Returns whether it is good; only the last attempt's failures count.
bool UnitRun::take(const StepSpec& spec, int attempt, StepFinding finding, bool lastAttempt) {
    if (const auto& picture = finding.picture) {
        publish_(PictureTaken{record_.slot, record_.serial, picture->size, picture->bytes, picture->valid});
        if (!picture->valid) keep_(picture->size, picture->bytes);
    }
    bool good = finding.failureCode.empty();
    if (!good && lastAttempt)
        blame(finding.blamesStation ? Outcome::Error : Outcome::Fail, finding.failureCode,
              finding.failureDetail);
    for (auto& reading : finding.readings) {
        const bool explained = std::find(finding.explained.begin(), finding.explained.end(), reading.name) !=
                               finding.explained.end();
        static const Limits none;
        auto measurement = (explained ? none : plan_.limits).judge(std::move(reading), spec.type, attempt);
        if (measurement.outcome == MeasurementOutcome::Fail) {
            good = false;
            if (lastAttempt) {
                const bool unit = measurement.blames == Blames::Unit;
                blame(unit ? Outcome::Fail : Outcome::Error, limitCode(measurement.reading.name),
                      limitDetail(measurement));
                record_.failedMeasurements.push_back(failedName(measurement));
            }
        }
        record_.marginal = record_.marginal || measurement.outcome == MeasurementOutcome::Marginal;
        record_.measurements.push_back(std::move(measurement));
    }
    showScenes(std::move(finding.scenes), !good);
    return good;
}

/// \a late: the unit's time is over.
void UnitRun::recordError(const Error& error, bool late) {
    boardInDoubt_ = boardInDoubt_ || doubtsBoard(error);
    auto told = error;
    if (error.kind == ErrorKind::Timeout && late) {
        told.code = "UNIT_TIME_LIMIT";
        told =
            std::move(told).within(fmt::format("the plan's {} s for a unit are over",
                                               std::chrono::duration<double>(plan_.unitTimeLimit).count()));
    }
    told = inSlot(std::move(told), record_.slot);
    blame(outcomeOf(told), told.code, told.message);
}

/// The first failure names the run, but whatever keeps the station from telling outweighs a FAIL before it:
/// the record then still lists the measurements that failed.
void UnitRun::blame(Outcome outcome, std::string code, std::string detail) {
    const bool outweighs = outcome != Outcome::Fail && record_.outcome == Outcome::Fail;
    if (record_.outcome != Outcome::Pass && !outweighs) return;
    record_.outcome = outcome;
    record_.failureCode = std::move(code);
    record_.failureDetail = std::move(detail);
}

void UnitRun::showScenes(std::vector<JudgedPicture> scenes, bool failed) {
    if (around_.keepScenes && !scenes.empty()) around_.keepScenes(std::move(scenes), failed);
}

Result<bool> UnitRun::showFocus(const FocusLook& look, std::stop_token stop) {
    publish_(FocusLooked{record_.slot, look});
    return around_.turnLens ? around_.turnLens(look, std::move(stop)) : Result<bool>(false);
}

/// The board is then shipped, or in its boot ROM where that went wrong: a restart would not mend it.
void UnitRun::ship(StepContext& context, bool tested) {
    for (const auto& spec : plan_.main) {
        const Step* step = find_(spec.type);
        if (step == nullptr || !step->ships()) continue;
        const bool done = tested && runEntry(spec, *step, std::nullopt, context) && finishInOrder(0);
        boardInDoubt_ = boardInDoubt_ && !tested;
        if (!done) blame(Outcome::Error, "PROVISION", fmt::format("step {} was not completed", spec.type));
    }
}

void UnitRun::runTeardown(StepContext& context) {
    // With its own time and deaf to the stop: the module must not stay powered for the next hand.
    StepContext own{
        plan_, context.camera, context.hello, Deadline::after(context.camera.clock(), teardownLimit), {}};
    for (const auto& spec : plan_.teardown)
        if (const Step* step = find_(spec.type)) {
            publish_(StepStarted{record_.slot, spec.type, {}, stepIndex_++});
            const auto done = step->run(own, spec, {});
            finishInOrder(0);
            if (done) continue;
            boardInDoubt_ = boardInDoubt_ || doubtsBoard(done.error());
            if (record_.outcome == Outcome::Pass)
                recordError(done.error(), own.deadline.passed(own.camera.clock()));
        }
}

} // namespace framegate
