// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "station/session.h"

#include <string_view>

namespace framegate {

/// The options of `framegate run` and `framegate-station`, from argv[1] on. Help goes to standard output.
/// Errors: Cancelled `HELP_SHOWN` when help was asked for and shown; InvalidInput `COMMAND_LINE`.
Result<RunOptions> parseRunOptions(int argc, char** argv, std::string_view program);

} // namespace framegate
