// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/files.h"
#include "reports/report_writer.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

struct OutcomeCounts {
    unsigned passed = 0;
    unsigned failed = 0;
    unsigned errors = 0;
    unsigned aborted = 0;

    void count(Outcome outcome) {
        switch (outcome) {
        case Outcome::Pass:
            ++passed;
            break;
        case Outcome::Fail:
            ++failed;
            break;
        case Outcome::Error:
            ++errors;
            break;
        case Outcome::Aborted:
            ++aborted;
            break;
        }
    }
    unsigned total() const { return passed + failed + errors + aborted; }
};

/// A share of the units that were judged; null where none was.
Json share(double value, const LotSummary& summary) {
    return summary.passed + summary.failed == 0 ? Json(nullptr) : Json(value);
}

double yieldOf(const LotSummary& summary) {
    const unsigned judged = summary.passed + summary.failed;
    return judged == 0 ? 0.0 : static_cast<double>(summary.passed) / judged;
}

Json unitEntry(const TestRecord& record) {
    return {{"serial", record.serial},
            {"run", record.run},
            {"slot", record.slot},
            {"outcome", outcomeText(record.outcome)},
            {"failure_code", record.failureCode},
            {"failure_detail", record.failureDetail},
            {"diagnosis", record.diagnosis},
            {"failed_measurements", record.failedMeasurements}};
}

class JsonSummary : public ReportWriter {
public:
    JsonSummary(std::filesystem::path file, Json context)
        : file_(std::move(file)), context_(std::move(context)) {}

    Result<> add(const TestRecord& record) override {
        auto& latest = units_[record.serial];
        if (latest.run > record.run && !latest.serial.empty()) return {};
        latest = record;
        latest.measurements.clear(); // thousands of units need not stay in memory with all their figures
        return {};
    }

    Result<> finish(const LotSummary& summary) override {
        // Texts that are no UTF-8 must not make the summary impossible.
        return writeFileAtomically(
            file_, document(summary).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    }

private:
    Json document(const LotSummary& summary) const {
        Json json = {{"lot", summary.lot}, {"bench", bench()}};
        json.update(context_);
        json.update(
            {{"finished_at", utcTimestamp()},
             {"planned", summary.planned},
             {"tested", summary.tested()},
             {"passed", summary.passed},
             {"failed", summary.failed},
             {"errors", summary.errors},
             {"aborted", summary.aborted},
             {"passed_first_run", summary.passedFirstRun},
             {"first_pass_yield", share(summary.firstPassYield(), summary)},
             {"yield", share(yieldOf(summary), summary)},
             {"not_recorded", summary.tested() - std::min<std::size_t>(summary.tested(), units_.size())},
             {"marginal", marginalUnits()},
             {"failure_codes", failureCodes()},
             {"per_slot", perSlot()},
             {"not_passed", notPassed()}});
        return json;
    }

    /// "virtual" as soon as one record says so: nothing simulated may look real.
    std::string bench() const {
        std::string bench;
        for (const auto& [serial, unit] : units_)
            if (bench.empty() || unit.bench == "virtual") bench = unit.bench;
        return bench;
    }

    std::size_t marginalUnits() const {
        return static_cast<std::size_t>(std::count_if(units_.begin(), units_.end(),
                                                      [](const auto& unit) { return unit.second.marginal; }));
    }

    /// Most frequent first.
    Json failureCodes() const {
        std::map<std::pair<std::string, std::string>, unsigned> counts;
        for (const auto& [serial, unit] : units_)
            if (unit.outcome != Outcome::Pass)
                ++counts[{unit.failureCode, std::string(outcomeText(unit.outcome))}];
        std::vector<std::pair<std::pair<std::string, std::string>, unsigned>> sorted(counts.begin(),
                                                                                     counts.end());
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        auto list = Json::array();
        for (const auto& [what, units] : sorted)
            list.push_back({{"code", what.first}, {"outcome", what.second}, {"units", units}});
        return list;
    }

    Json perSlot() const {
        std::map<int, OutcomeCounts> counts;
        for (const auto& [serial, unit] : units_)
            counts[unit.slot].count(unit.outcome);
        auto list = Json::array();
        for (const auto& [slot, of] : counts)
            list.push_back({{"slot", slot},
                            {"tested", of.total()},
                            {"passed", of.passed},
                            {"failed", of.failed},
                            {"errors", of.errors},
                            {"aborted", of.aborted}});
        return list;
    }

    Json notPassed() const {
        auto list = Json::array();
        for (const auto& [serial, unit] : units_)
            if (unit.outcome != Outcome::Pass) list.push_back(unitEntry(unit));
        return list;
    }

    std::filesystem::path file_;
    Json context_;
    std::map<std::string, TestRecord> units_; ///< the latest run of each, by serial
};

} // namespace

std::unique_ptr<ReportWriter> makeJsonSummary(const std::filesystem::path& folder, std::string contextJson) {
    auto context = Json::parse(contextJson, nullptr, false);
    assert(context.is_object());
    if (!context.is_object()) context = Json::object();
    return std::make_unique<JsonSummary>(folder / "summary.json", std::move(context));
}

} // namespace framegate
