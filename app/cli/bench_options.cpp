// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_options.h"

#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace framegate {

void addBenchOptions(CLI::App& app, BenchChoice& choice) {
    app.add_option("--bench", choice.bench, "usb or virtual")
        ->check(CLI::IsMember({"usb", "virtual"}))
        ->capture_default_str();
    app.add_option("--station", choice.station, "Station file: which slot is which USB port");
    app.add_option("--scenario", choice.scenario, "Virtual bench: what is wrong with which unit");
    app.add_option("--seed", choice.seed, "Virtual bench: seed of all variation");
    app.add_option("--usb-record", choice.usbRecord, "Record all that goes over USB in this file");
}

int statusWithRecording(const BenchAccess& bench, int status) {
    const auto recorded = bench.recorded();
    return recorded ? status : std::max(status, reportError(recorded.error()));
}

} // namespace framegate
