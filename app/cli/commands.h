// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace framegate {

// One function a command, each in a file of its own. argv[0] is the command's name. They return the exit
// status of docs/cli.md.
int runCommand(int argc, char** argv);
int verifyCommand(int argc, char** argv);
int measureCommand(int argc, char** argv);
int captureCommand(int argc, char** argv);
int planCommand(int argc, char** argv);
int boardsCommand(int argc, char** argv);
int flashCommand(int argc, char** argv);
int doctorCommand(int argc, char** argv);
int limitsCommand(int argc, char** argv);
int chartCommand(int argc, char** argv);
int simCommand(int argc, char** argv);

/// Exit statuses that scripts rely on.
namespace exitStatus {
inline constexpr int success = 0;
inline constexpr int unitFailed = 1;
inline constexpr int inputWrong = 2;
inline constexpr int couldNotTell = 3;
inline constexpr int stopped = 130;
} // namespace exitStatus

/// Says \a error on standard error and gives the exit status for it.
int reportError(const Error& error);

/// Parses a command's line. Empty: go on; otherwise the exit status to return now (help shown, or wrong).
std::vector<int> parseCommandLine(CLI::App& app, int argc, char** argv);

} // namespace framegate
