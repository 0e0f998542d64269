// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/session.h"

#include "base/files.h"
#include "config/readers.h"
#include "engine/station_runner.h"
#include "flashing/shipped_firmware.h"
#include "imaging/basic_checks.h"
#include "records/record_store.h"
#include "reports/report_writer.h"
#include "station/bench_access.h"
#include "station/event_log.h"
#include "station/output_folder.h"
#include "station/plan_loading.h"
#include "station/software_version.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace framegate {

namespace fs = std::filesystem;

namespace {

Failure wrong(std::string code, std::string message) {
    return failure(ErrorKind::InvalidInput, std::move(code), std::move(message));
}

Result<std::vector<Unit>> unitsOf(const RunOptions& options, const TestPlan& plan) {
    std::vector<Serial> serials;
    if (!options.serials.empty()) {
        auto read = config::readSerials(options.serials);
        if (!read) return Failure(asWrongInput(read.error()));
        serials = std::move(*read);
    } else {
        for (unsigned index = 1; index <= std::max(options.units, 1U); ++index)
            serials.push_back(Serial::numbered(index));
    }
    std::vector<Unit> units;
    for (auto& serial : serials)
        units.push_back({std::move(serial), static_cast<unsigned>(units.size() + 1), plan.partNumber});
    return units;
}

std::string databaseUrl(const RunOptions& options) {
    if (!options.db.empty()) return options.db;
    return "sqlite://" + fs::absolute(options.out / "records.sqlite").string();
}

std::string lotNameOfNow() {
    return fmt::format("LOT-{:%Y%m%d-%H%M%S}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

/// The lot to work on: the one named, the one to be resumed, or a new one.
Result<std::string> lotNameOf(const RunOptions& options, RecordStore& store) {
    if (!options.lot.empty()) return options.lot;
    if (!options.resume) return lotNameOfNow();
    const auto lots = store.lots();
    if (!lots) return passOn(lots);
    if (lots->empty()) return lotNameOfNow();
    if (lots->size() == 1) return lots->front();
    return wrong("LOT",
                 fmt::format("the database holds {} lots; say which to resume with --lot", lots->size()));
}

std::vector<TestRecord> latestRuns(std::vector<TestRecord> records) {
    std::map<std::string, std::size_t> place;
    std::vector<TestRecord> latest;
    for (auto& record : records) {
        const auto [entry, isNew] = place.try_emplace(record.serial, latest.size());
        if (isNew)
            latest.push_back(std::move(record));
        else
            latest[entry->second] = std::move(record);
    }
    return latest;
}

bool isJudged(const TestRecord& record) {
    return record.outcome == Outcome::Pass || record.outcome == Outcome::Fail;
}

/// What earlier sessions did to the lot: judged units are done, the others go on with their next run.
void takeEarlierRuns(LotOrder& order, const std::vector<TestRecord>& records) {
    std::set<std::string> done;
    for (const auto& record : latestRuns(records)) {
        order.runsBefore[record.serial] = record.run;
        if (!isJudged(record)) continue;
        done.insert(record.serial);
        ++order.before.planned;
        ++(record.outcome == Outcome::Pass ? order.before.passed : order.before.failed);
        if (record.outcome == Outcome::Pass && record.run == 1) ++order.before.passedFirstRun;
    }
    std::erase_if(order.units, [&](const Unit& unit) { return done.count(unit.serial.text()) > 0; });
}

std::string summaryContext(const RunOptions& options, const TestPlan& plan, const LotOrder& order,
                           const StationLayout& layout) {
    nlohmann::ordered_json context = {
        {"bench", order.bench},
        {"plan", fmt::format("{} {}", plan.name, plan.version)},
        {"plan_sha256", plan.sha256},
        {"limits", fmt::format("{} {}", plan.limits.name(), plan.limits.version())},
        {"limits_sha256", plan.limits.sha256()},
        {"sensor", plan.sensor.name},
        {"board", plan.board.name},
        {"station", layout.name},
        {"slots", layout.slots.size()},
        {"operator", order.operatorId},
        {"software", order.software},
        {"test_firmware", testFirmwareText(plan.testFirmware)},
        {"started_at", utcTimestamp()}};
    if (options.seed) context["seed"] = *options.seed;
    for (const auto& step : plan.main)
        if (step.firmware)
            context["shipping_firmware"] = {{"file", fs::path(step.firmware->file).filename().string()},
                                            {"sha256", step.firmware->sha256}};
    if (!options.scenario.empty()) context["scenario"] = options.scenario.filename().string();
    return context.dump();
}

class ReadySession : public Session {
public:
    ReadySession(RunOptions options, TestPlan plan) : options_(std::move(options)), plan_(std::move(plan)) {}

    Result<> open() {
        order_.bench = options_.bench;
        order_.operatorId = options_.operatorId;
        order_.software = softwareVersion();
        order_.artifacts = options_.out / "artifacts";
        order_.overlays = options_.overlays;
        auto units = unitsOf(options_, plan_);
        if (!units) return passOn(units);
        order_.units = std::move(*units);
        if (auto opened = openTheBench(); !opened) return opened;
        if (auto ready = readTestFirmware(); !ready) return ready;
        if (auto prepared = prepareOutputFolder(options_.out, options_.resume); !prepared) return prepared;
        if (auto opened = openRecords(); !opened) return opened;
        return openReports();
    }

    std::vector<int> slots() const override {
        std::vector<int> numbers;
        for (const auto& slot : bench_->layout().slots)
            numbers.push_back(slot.number);
        return numbers;
    }
    const TestPlan& plan() const override { return plan_; }
    const std::string& lot() const override { return order_.lot; }
    unsigned unitCount() const override { return static_cast<unsigned>(order_.units.size()); }
    std::string bench() const override { return order_.bench; }

    Result<LotSummary> run(EventSink& events, std::stop_token stop) override {
        std::vector<EventSink*> sinks = {&events};
        if (eventLog_) sinks.insert(sinks.begin(), eventLog_.get());
        EventFan fan(sinks);
        StationRunner runner(bench_->layout(), plan_,
                             {bench_->usb(),
                              bench_->loader(),
                              *store_,
                              {csv_.get(), json_.get()},
                              fan,
                              artist_.get(),
                              preparation_.get()});
        auto summary = runner.run(order_, std::move(stop));
        if (const auto truth = bench_->truthCsv(); !truth.empty())
            if (auto written = writeFileAtomically(options_.out / "truth.csv", truth); !written && summary)
                return passOn(written);
        if (auto recorded = bench_->recorded(); !recorded && summary) return passOn(recorded);
        if (eventLog_ && !eventLog_->trouble().empty() && summary)
            return failure(ErrorKind::Io, "FILE_WRITE", eventLog_->trouble());
        return summary;
    }

private:
    Result<> openTheBench() {
        BenchChoice choice{options_.bench, options_.station,  options_.slots,    options_.scenario,
                           options_.seed,  options_.pace,     plan_.sensor.name, plan_.board.name,
                           plan_.chart,    options_.usbRecord};
        auto bench = openBench(choice);
        if (!bench) return passOn(bench);
        bench_ = std::move(*bench);
        if (bench_->layout().slots.empty())
            return wrong("BENCH",
                         "--bench usb needs --station FILE, which says where the slots are plugged in");
        return {};
    }

    Result<> readTestFirmware() {
        if (plan_.testFirmware == TestFirmware::AsIs) return {};
        const bool ram = plan_.testFirmware == TestFirmware::Ram;
        auto order = shippedFirmware(ram ? boot::ImageKind::Ram : boot::ImageKind::Flash);
        if (!order) return Failure(asWrongInput(order.error()));
        preparation_ = std::make_unique<TestFirmwareLoader>(bench_->usb(), std::move(*order));
        return {};
    }

    Result<> openRecords() {
        auto store = openRecordStore(databaseUrl(options_));
        if (!store && store.error().kind != ErrorKind::Io) return Failure(asWrongInput(store.error()));
        if (!store) return passOn(store);
        store_ = std::move(*store);
        auto lot = lotNameOf(options_, *store_);
        if (!lot) return passOn(lot);
        order_.lot = std::move(*lot);
        auto earlier = store_->lot(order_.lot);
        if (!earlier) return passOn(earlier);
        if (!earlier->empty() && !options_.resume)
            return wrong("LOT",
                         fmt::format("the database holds lot {} already; continue it with --resume, or "
                                     "name another",
                                     order_.lot));
        takeEarlierRuns(order_, *earlier);
        earlier_ = std::move(*earlier);
        return {};
    }

    Result<> openReports() {
        auto csv = openCsvReport(options_.out);
        if (!csv) return passOn(csv);
        csv_ = std::move(*csv);
        json_ = makeJsonSummary(options_.out, summaryContext(options_, plan_, order_, bench_->layout()));
        // The CSV leaves out what it has; a run that was committed just before a power cut it does not have.
        for (const auto& record : earlier_)
            for (auto* report : {csv_.get(), json_.get()})
                if (auto added = report->add(record); !added) return added;
        if (options_.events.empty()) return {};
        auto log = EventLog::open(options_.events);
        if (!log) return passOn(log);
        eventLog_ = std::move(*log);
        return {};
    }

    RunOptions options_;
    TestPlan plan_;
    LotOrder order_;
    std::vector<TestRecord> earlier_;
    std::unique_ptr<BenchAccess> bench_;
    std::unique_ptr<BoardPreparation> preparation_;
    std::unique_ptr<RecordStore> store_;
    std::unique_ptr<ReportWriter> csv_;
    std::unique_ptr<ReportWriter> json_;
    std::unique_ptr<EventLog> eventLog_;
    std::unique_ptr<PictureArtist> artist_ = makePictureArtist();
};

} // namespace

Result<std::unique_ptr<Session>> Session::prepare(const RunOptions& options) {
    imaging::keepToOneThread();
    auto plan = loadPlan(options.plan, options.limits);
    if (!plan) return Failure(asWrongInput(plan.error()));
    auto session = std::make_unique<ReadySession>(options, std::move(*plan));
    if (auto opened = session->open(); !opened) return passOn(opened);
    return std::unique_ptr<Session>(std::move(session));
}

} // namespace framegate
