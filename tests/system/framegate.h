// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/program.h"

#include <string>
#include <vector>

namespace framegate::test {

inline const std::string sourceFolder = FRAMEGATE_SOURCE_DIR;

inline std::vector<std::string> commandLine(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), FRAMEGATE_BIN_DIR "/framegate");
    return arguments;
}

inline Ran framegate(std::vector<std::string> arguments) {
    return runProgram(commandLine(std::move(arguments)));
}

/// `framegate run` of the full OV2640 plan on the virtual bench into \a out, with more arguments.
inline std::vector<std::string> runArguments(const std::filesystem::path& out, std::vector<std::string> more,
                                             const std::string& plan = "ov2640.toml") {
    std::vector<std::string> all = {"run",       "--plan",  sourceFolder + "/fixtures/plans/" + plan,
                                    "--bench",   "virtual", "--out",
                                    out.string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

inline Ran runLot(const std::filesystem::path& out, std::vector<std::string> more,
                  const std::string& plan = "ov2640.toml") {
    return framegate(runArguments(out, std::move(more), plan));
}

} // namespace framegate::test
