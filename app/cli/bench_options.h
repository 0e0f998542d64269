// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "station/bench_access.h"

namespace CLI {
class App;
}

namespace framegate {

/// Adds the options of every command that talks to boards: --bench, --station, --scenario, --seed.
void addBenchOptions(CLI::App& app, BenchChoice& choice);

} // namespace framegate
