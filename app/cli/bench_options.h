// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "station/bench_access.h"

namespace CLI {
class App;
}

namespace framegate {

/// Adds the options of every command that talks to boards: --bench, --station, --scenario, --seed,
/// --usb-record.
void addBenchOptions(CLI::App& app, BenchChoice& choice);

/// The exit status of a command that ended with \a status: 3 at least where the recording of USB is not
/// whole, which is said then.
int statusWithRecording(const BenchAccess& bench, int status);

} // namespace framegate
