// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace framegate {

/// The options that only `framegate-station` has.
struct ProgramOptions {
    bool exitWhenDone = false; ///< --exit-when-done: closes the window at the end of the lot
    bool noConfirm = false;    ///< --no-confirm: closing the window during a run does not ask
    std::string screenshot;    ///< --screenshot FILE: a PNG of the window at the end of the lot; empty: none
};

/// Takes these options out of \a arguments (argv[0] first) and leaves the rest.
/// Errors: InvalidInput `COMMAND_LINE`.
Result<ProgramOptions> takeProgramOptions(std::vector<char*>& arguments);

/// The lines of --help on them.
const char* programOptionsHelp();

} // namespace framegate
