// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace framegate {

/// The program `framegate-station`: takes `framegate run`'s options, shows the run, returns its exit status.
int runStationProgram(int argc, char** argv);

} // namespace framegate
