// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_options.h"

#include <CLI/CLI.hpp>

namespace framegate {

void addBenchOptions(CLI::App& app, BenchChoice& choice) {
    app.add_option("--bench", choice.bench, "usb or virtual")
        ->check(CLI::IsMember({"usb", "virtual"}))
        ->capture_default_str();
    app.add_option("--station", choice.station, "Station file: which slot is which USB port");
    app.add_option("--scenario", choice.scenario, "Virtual bench: what is wrong with which unit");
    app.add_option("--seed", choice.seed, "Virtual bench: seed of all variation");
}

} // namespace framegate
