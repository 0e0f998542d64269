// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/progress_view.h"
#include "cli/stop_signal.h"
#include "station/run_options.h"
#include "station/session.h"

#include <fmt/format.h>
#include <unistd.h>

namespace framegate {
namespace {

void printYield(const LotSummary& summary, const Session& session) {
    const auto row = [](std::string_view name, unsigned count, unsigned of) {
        fmt::print("  {:<22}{:>6}{:>9.1f} %\n", name, count, of == 0 ? 0.0 : 100.0 * count / of);
    };
    fmt::print("lot {}, plan {} {}, {} bench\n", session.lot(), session.plan().name, session.plan().version,
               session.bench());
    const auto tested = summary.tested();
    row("units tested", tested, summary.planned);
    row("passed", summary.passed, tested);
    row("failed", summary.failed, tested);
    row("errors (not told)", summary.errors, tested);
    row("aborted", summary.aborted, tested);
    fmt::print("  {:<28}{:>9.1f} %\n", "first-pass yield", 100.0 * summary.firstPassYield());
}

void printTroubled(const ProgressView& view) {
    for (const auto& record : view.troubled())
        fmt::print("{} {} run {}: {}: {}\n", outcomeText(record->outcome), record->serial, record->run,
                   record->failureCode, record->failureDetail);
}

} // namespace

int runCommand(int argc, char** argv) {
    const auto options = parseRunOptions(argc, argv, "framegate run");
    if (!options)
        return options.error().code == "HELP_SHOWN" ? exitStatus::success : reportError(options.error());
    const StopSignal stop;
    auto session = Session::prepare(*options);
    if (!session) return reportError(session.error());
    ProgressView view(::isatty(STDERR_FILENO) != 0);
    const auto summary = (*session)->run(view, stop.token());
    if (!summary) return reportError(summary.error());
    printYield(*summary, **session);
    printTroubled(view);
    for (const auto* file : {"units.csv", "measurements.csv", "summary.json"})
        fmt::print("{}\n", (options->out / file).string());
    return summary->exitStatus(stop.token().stop_requested());
}

} // namespace framegate
