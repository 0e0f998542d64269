// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/event_log.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

Json describe(const LotStarted& event) {
    return {{"event", "lot_started"}, {"lot", event.lot},     {"bench", event.bench},
            {"plan", event.plan},     {"units", event.units}, {"slots", event.slots}};
}
Json describe(const RunStarted& event) {
    return {{"event", "run_started"},
            {"slot", event.slot},
            {"serial", event.serial},
            {"run", event.run},
            {"steps", event.steps}};
}
Json describe(const StepStarted& event) {
    return {{"event", "step_started"},
            {"slot", event.slot},
            {"step", event.step},
            {"resolution", event.resolution ? Json(event.resolution->text()) : Json()},
            {"index", event.index}};
}
Json describe(const PictureTaken& event) {
    return {{"event", "picture_taken"},
            {"slot", event.slot},
            {"serial", event.serial},
            {"resolution", event.resolution.text()},
            {"bytes", event.bytes ? event.bytes->size() : 0},
            {"valid", event.valid}};
}
Json describe(const FocusLooked& event) {
    const auto& look = event.look;
    return {{"event", "focus_looked"},
            {"slot", event.slot},
            {"figure", look.figure},
            {"peak", look.peak},
            {"centre", look.centre},
            {"corners", look.corners},
            {"advice", adviceText(look.advice)}};
}
Json describe(const RunFinished& event) {
    const auto& record = *event.record;
    return {{"event", "run_finished"},
            {"slot", record.slot},
            {"serial", record.serial},
            {"run", record.run},
            {"outcome", outcomeText(record.outcome)},
            {"failure_code", record.failureCode},
            {"failure_detail", record.failureDetail},
            {"duration_s", std::chrono::duration<double>(record.duration).count()}};
}
Json describe(const StationNotice& event) {
    return {{"event", "notice"}, {"slot", event.slot}, {"message", event.message}};
}
Json describe(const LotFinished& event) {
    const auto& summary = event.summary;
    return {{"event", "lot_finished"},    {"lot", summary.lot},       {"planned", summary.planned},
            {"passed", summary.passed},   {"failed", summary.failed}, {"errors", summary.errors},
            {"aborted", summary.aborted}, {"stopped", event.stopped}};
}

} // namespace

std::string eventJson(const RunEvent& event, std::uint64_t sequence) {
    Json object = {{"seq", sequence}, {"time", utcTimestamp()}};
    object.update(std::visit([](const auto& e) { return describe(e); }, event));
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::unique_ptr<EventLog>> EventLog::open(const std::filesystem::path& file) {
    auto opened = AppendFile::open(file);
    if (!opened) return passOn(opened);
    return std::unique_ptr<EventLog>(new EventLog(std::move(*opened)));
}

void EventLog::publish(const RunEvent& event) {
    if (!trouble_.empty()) return;
    if (auto written = file_.append(eventJson(event, ++sequence_) + "\n"); !written)
        trouble_ = written.error().message;
}

} // namespace framegate
