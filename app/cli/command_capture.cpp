// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/bench_options.h"
#include "cli/commands.h"
#include "cli/stop_signal.h"
#include "engine/unit_run.h"
#include "station/fixture_folder.h"
#include "station/plan_loading.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

struct CaptureOptions {
    std::string resolution;
    std::filesystem::path output;
    std::filesystem::path plan;
    int slot = 1;
    BenchChoice bench;
};

Result<TestPlan> planOf(const CaptureOptions& options) {
    if (!options.plan.empty()) return loadPlan(options.plan);
    const auto fixtures = findFixtureFolder();
    if (!fixtures) return passOn(fixtures);
    return loadPlan(*fixtures / "plans" / "ov2640.toml");
}

/// The plan with only this size left to capture.
Result<TestPlan> reduced(TestPlan plan, std::string_view resolution) {
    const auto size = Resolution::parse(resolution);
    if (!size) return passOn(size);
    if (plan.sensor.mode(*size) == nullptr)
        return failure(ErrorKind::InvalidInput, "SENSOR_MODE",
                       fmt::format("{} has no JPEG size {}", plan.sensor.name, size->text()));
    // Other steps that take pictures judge more than this one.
    std::erase_if(plan.main,
                  [](const StepSpec& step) { return !step.resolutions.empty() && step.type != "capture"; });
    for (auto& step : plan.main)
        if (!step.resolutions.empty()) step.resolutions = {*size};
    return plan;
}

Result<UsbPortPath> portOf(const StationLayout& layout, int slot) {
    const auto found = std::find_if(layout.slots.begin(), layout.slots.end(),
                                    [slot](const SlotLayout& s) { return s.number == slot; });
    if (found != layout.slots.end()) return found->port;
    return failure(ErrorKind::InvalidInput, "BENCH",
                   layout.slots.empty() ? std::string("--bench usb needs --station FILE")
                                        : fmt::format("the station has no slot {}", slot));
}

Result<std::unique_ptr<BenchAccess>> openBenchFor(const TestPlan& plan, BenchChoice choice) {
    choice.sensor = plan.sensor.name;
    choice.board = plan.board.name;
    choice.chart = plan.chart;
    return openBench(choice);
}

/// Runs the reduced plan on the board in the slot; the last picture taken ends up in \a picture.
Result<TestRecord> runOnSlot(BenchAccess& bench, const CaptureOptions& options, const TestPlan& plan,
                             PictureBytes& picture, std::stop_token stop) {
    const auto port = portOf(bench.layout(), options.slot);
    if (!port) return passOn(port);
    auto transport = bench.usb().open(*port, firmwareInterface);
    if (!transport) return passOn(transport);
    TestRecord record;
    record.slot = options.slot;
    const auto keep = [&picture](const RunEvent& event) {
        if (const auto* taken = std::get_if<PictureTaken>(&event)) picture = taken->bytes;
    };
    WorkPool pool(1);
    UnitRun run(plan, record, pool, keep, [](Resolution, const PictureBytes&) {});
    return run.run(std::move(*transport), std::move(stop));
}

int statusOf(const TestRecord& record) {
    switch (record.outcome) {
    case Outcome::Pass:
        return exitStatus::success;
    case Outcome::Fail:
        return exitStatus::unitFailed;
    case Outcome::Aborted:
        return exitStatus::stopped;
    case Outcome::Error:
        break;
    }
    return exitStatus::couldNotTell;
}

int takePicture(const CaptureOptions& options) {
    auto plan = planOf(options);
    if (!plan) return reportError(asWrongInput(plan.error()));
    auto small = reduced(std::move(*plan), options.resolution);
    if (!small) return reportError(small.error());
    const StopSignal stop;
    auto bench = openBenchFor(*small, options.bench);
    if (!bench) return reportError(bench.error());
    PictureBytes picture;
    const auto record = runOnSlot(**bench, options, *small, picture, stop.token());
    if (!record) return statusWithRecording(**bench, reportError(record.error()));
    if (!record->failureCode.empty())
        fmt::print(stderr, "framegate: {} {}: {}\n", outcomeText(record->outcome), record->failureCode,
                   record->failureDetail);
    if (picture) {
        if (auto written = writeFileAtomically(options.output, *picture); !written)
            return reportError(written.error());
        fmt::print("{} ({} bytes)\n", options.output.string(), picture->size());
    }
    return statusWithRecording(**bench, statusOf(*record));
}

} // namespace

int captureCommand(int argc, char** argv) {
    CLI::App app("Takes one picture, judged as the plan says; a bad one is written all the same.",
                 "framegate capture");
    CaptureOptions options;
    app.add_option("--resolution", options.resolution, "WIDTHxHEIGHT")->required();
    app.add_option("-o,--output", options.output, "Where to write the JPEG")->required();
    app.add_option("--plan", options.plan,
                   "Plan to take settings from (default: the shipped one of the sensor)");
    app.add_option("--slot", options.slot, "Which slot")->capture_default_str();
    addBenchOptions(app, options.bench);
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    options.bench.slots = options.bench.bench == "virtual" ? options.slot : 0;
    return takePicture(options);
}

} // namespace framegate
