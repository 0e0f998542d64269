// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/run_options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

namespace framegate {
namespace {

void addUnitOptions(CLI::App& app, RunOptions& options) {
    auto* units =
        app.add_option("--units", options.units, "How many units, with serials FG-000001, FG-000002, ...")
            ->check(CLI::Range(1U, 999'999U));
    app.add_option("--serials", options.serials, "File with one serial a line")->excludes(units);
    app.add_option("--lot", options.lot, "Name of the lot (default: from the time)");
    app.add_option("--operator", options.operatorId, "Who runs it");
}

void addBenchOptions(CLI::App& app, RunOptions& options) {
    app.add_option("--bench", options.bench, "usb or virtual")
        ->check(CLI::IsMember({"usb", "virtual"}))
        ->capture_default_str();
    app.add_option("--station", options.station, "Station file: which slot is which USB port");
    app.add_option("--slots", options.slots, "How many slots work (default: all of the station; virtual: 1)")
        ->check(CLI::Range(1, 64));
    app.add_option("--scenario", options.scenario, "Virtual bench: what is wrong with which unit");
    app.add_option("--seed", options.seed, "Virtual bench: seed of all variation");
    app.add_option("--pace", options.pace,
                   "Virtual bench: simulated seconds a second; 0: as fast as possible")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
}

void addOutputOptions(CLI::App& app, RunOptions& options) {
    app.add_option("--out", options.out, "Folder for units.csv, measurements.csv, summary.json, artifacts/")
        ->required();
    app.add_option("--db", options.db, "Database (default: sqlite in the output folder): sqlite:///path");
    app.add_option("--events", options.events, "File for events, one JSON object a line");
    app.add_option("--usb-record", options.usbRecord, "Record all that goes over USB in this file");
    static const std::map<std::string, Overlays> overlays = {
        {"none", Overlays::None}, {"failed", Overlays::Failed}, {"all", Overlays::All}};
    app.add_option(
           "--overlays", options.overlays,
           "Keep judged pictures, with what was found drawn over them, of: none, failed (default), all units")
        ->transform(CLI::CheckedTransformer(overlays));
    app.add_flag("--resume", options.resume, "Continue the lot that the output folder holds");
}

} // namespace

Result<RunOptions> parseRunOptions(int argc, char** argv, std::string_view program) {
    RunOptions options;
    CLI::App app("Tests a lot of camera modules.", std::string(program));
    app.add_option("--plan", options.plan, "Test plan")->required();
    app.add_option("--limits", options.limits, "Limits file in place of the plan's");
    addUnitOptions(app, options);
    addBenchOptions(app, options);
    addOutputOptions(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help();
        return failure(ErrorKind::Cancelled, "HELP_SHOWN", "help was shown");
    } catch (const CLI::ParseError& error) {
        return failure(ErrorKind::InvalidInput, "COMMAND_LINE", error.what());
    }
    return options;
}

} // namespace framegate
