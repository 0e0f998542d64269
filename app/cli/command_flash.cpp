// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_options.h"
#include "cli/commands.h"
#include "cli/stop_signal.h"
#include "station/board_flashing.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

struct FlashOptions {
    BenchChoice bench;
    std::string firmware;
    bool ram = false;
    bool verify = false;
    bool rp2350 = false;
    FlashChoice boards;
};

void addOptions(CLI::App& app, FlashOptions& options) {
    addBenchOptions(app, options.bench);
    app.add_option("--firmware", options.firmware, "What to put on the boards: a .uf2 or .elf file")
        ->required();
    auto* ram = app.add_flag("--ram", options.ram, "Load it into RAM and start it; flash is not touched");
    app.add_flag("--verify", options.verify, "With --ram: read it back before the start; flash always is")
        ->needs(ram);
    auto* slot = app.add_option("--slot", options.boards.slot, "Only the board in this slot");
    app.add_flag("--all", options.boards.all, "Every slot, or without --station every board")->excludes(slot);
    app.add_option("--slots", options.bench.slots, "Virtual bench: how many slots it has")
        ->check(CLI::Range(1, 64));
    app.add_flag("--rp2350", options.rp2350, "Virtual bench: its boards are RP2350");
}

void showStage(const FlashTarget& target, FlashStage stage) {
    fmt::print(stderr, "{}: {}\n", target.text(), stageText(stage));
}

void showReport(const FlashTarget& target, const boot::FlashReport& report, bool ram) {
    const double seconds = std::chrono::duration<double>(report.duration).count();
    if (ram)
        fmt::print("{}: {} bytes in RAM, running, {:.2f} s\n", target.text(), report.bytesWritten, seconds);
    else
        fmt::print("{}: {} sectors, of which {} were equal and {} erased; {} bytes written; verified, "
                   "running, {:.2f} s\n",
                   target.text(), report.sectors, report.equal, report.erased, report.bytesWritten, seconds);
}

/// The station could not tell (3) weighs more than an input that is wrong for some board (2).
int show(const std::vector<FlashOutcome>& outcomes, bool ram, bool stopped) {
    int status = exitStatus::success;
    for (const auto& [target, result] : outcomes) {
        if (result)
            showReport(target, *result, ram);
        else
            status = std::max(status, reportError(result.error()));
    }
    return stopped && status != exitStatus::success ? exitStatus::stopped : status;
}

} // namespace

int flashCommand(int argc, char** argv) {
    CLI::App app("Puts firmware on boards in BOOTSEL, or running the test firmware.", "framegate flash");
    FlashOptions options;
    addOptions(app, options);
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const StopSignal stop;
    const auto kind = options.ram ? boot::ImageKind::Ram : boot::ImageKind::Flash;
    auto order = readFlashOrder(options.firmware, kind);
    if (!order) return reportError(order.error());
    if (options.verify) order->ramCheck = boot::RamCheck::ReadBack;
    auto bench = openFlashBench(options.bench, options.rp2350);
    if (!bench) return reportError(bench.error());
    auto& usb = (*bench)->usb();
    const auto targets = chooseTargets(usb, (*bench)->layout(), options.boards);
    if (!targets) return reportError(targets.error());
    const auto outcomes = flashBoards(usb, *targets, *order, showStage, stop.token());
    const int status = show(outcomes, options.ram, stop.token().stop_requested());
    return statusWithRecording(**bench, status);
}

} // namespace framegate
