// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace framegate {

/// The program `framegate`: parses the command line, does it, returns the exit status of docs/cli.md.
int runCli(int argc, char** argv);

} // namespace framegate
