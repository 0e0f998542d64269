// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_options.h"
#include "cli/commands.h"
#include "cli/flash_view.h"
#include "cli/stop_signal.h"
#include "flashing/shipped_firmware.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace framegate {
namespace {

struct FlashOptions {
    BenchChoice bench;
    std::string firmware;
    bool ram = false;
    bool flash = false;
    bool verify = false;
    bool rp2350 = false;
    FlashChoice boards;
};

void addOptions(CLI::App& app, FlashOptions& options) {
    addBenchOptions(app, options.bench);
    auto* firmware = app.add_option("--firmware", options.firmware,
                                    "What to put on the boards: a .uf2 or .elf file. Without it the test "
                                    "firmware that comes with this program, into RAM");
    auto* ram = app.add_flag("--ram", options.ram, "Load it into RAM and start it; flash is not touched");
    app.add_flag("--flash", options.flash, "Without --firmware: the test firmware into flash")
        ->excludes(ram)
        ->excludes(firmware);
    app.add_flag("--verify", options.verify, "Into RAM: read it back before the start; flash always is");
    auto* slot = app.add_option("--slot", options.boards.slot, "Only the board in this slot");
    app.add_flag("--all", options.boards.all, "Every slot, or without --station every board")->excludes(slot);
    app.add_option("--slots", options.bench.slots, "Virtual bench: how many slots it has")
        ->check(CLI::Range(1, 64));
    app.add_flag("--rp2350", options.rp2350, "Virtual bench: its boards are RP2350");
}

/// ", board e66118604b5f9a21, 2048 KiB of flash", as far as it is known.
std::string boardText(const boot::BoardIdentity& board) {
    std::string text;
    if (!board.boardId.empty()) text += ", board " + board.boardId;
    if (board.flashBytes) text += fmt::format(", {} KiB of flash", *board.flashBytes / 1024);
    return text;
}

void showReport(const FlashTarget& target, const boot::FlashReport& report, bool ram) {
    const auto board = boardText(report.board);
    const double seconds = std::chrono::duration<double>(report.duration).count();
    if (ram)
        fmt::print("{}: {} bytes in RAM, running, {:.2f} s{}\n", target.text(), report.bytesWritten, seconds,
                   board);
    else
        fmt::print("{}: {} sectors, of which {} were equal and {} erased; {} bytes written; verified, "
                   "running, {:.2f} s{}\n",
                   target.text(), report.sectors, report.equal, report.erased, report.bytesWritten, seconds,
                   board);
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

/// The file named, or the shipped test firmware, which goes into RAM unless told otherwise.
Result<FlashOrder> orderOf(const FlashOptions& options) {
    const bool intoRam = options.ram || (options.firmware.empty() && !options.flash);
    const auto kind = intoRam ? boot::ImageKind::Ram : boot::ImageKind::Flash;
    if (options.verify && !intoRam)
        return failure(ErrorKind::InvalidInput, "COMMAND_LINE",
                       "--verify is for RAM; what goes into flash is read back anyhow");
    auto order = options.firmware.empty() ? shippedFirmware(kind) : readFlashOrder(options.firmware, kind);
    if (!order) return Failure(asWrongInput(order.error()));
    if (options.verify) order->ramCheck = boot::RamCheck::ReadBack;
    return order;
}

} // namespace

int flashCommand(int argc, char** argv) {
    CLI::App app("Puts firmware on boards in BOOTSEL, or with firmware that can be sent there.",
                 "framegate flash");
    FlashOptions options;
    addOptions(app, options);
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const StopSignal stop;
    auto order = orderOf(options);
    if (!order) return reportError(order.error());
    auto bench = openFlashBench(options.bench, options.rp2350);
    if (!bench) return reportError(bench.error());
    auto& usb = (*bench)->usb();
    const auto targets = chooseTargets(usb, (*bench)->layout(), options.boards);
    if (!targets) return reportError(targets.error());
    FlashView view(::isatty(STDERR_FILENO) == 1, *targets);
    const auto outcomes = flashBoards(
        usb, *targets, *order,
        [&](const FlashTarget& target, FlashStage stage, double share) { view.show(target, stage, share); },
        stop.token());
    view.finish();
    const int status = show(outcomes, order->kind == boot::ImageKind::Ram, stop.token().stop_requested());
    return statusWithRecording(**bench, status);
}

} // namespace framegate
