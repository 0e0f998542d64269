// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guest_bench.h"
#include "support/program.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace framegate::test {

inline const std::string projectFolder = FRAMEGATE_SOURCE_DIR;

/// Runs the built `framegate`.
inline Ran framegate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), FRAMEGATE_BIN_DIR "/framegate");
    return runProgram(std::move(arguments));
}

/// The lines of a text, each a JSON object.
inline std::vector<nlohmann::json> jsonLines(const std::string& text) {
    std::vector<nlohmann::json> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        all.push_back(nlohmann::json::parse(line, nullptr, false));
    return all;
}

/// "1-1 bootsel, 1-2 firmware" as `framegate boards` says.
inline std::string listedBoards() {
    std::string all;
    for (const auto& board : jsonLines(framegate({"boards", "--json"}).out))
        all += (all.empty() ? "" : ", ") + board.value("port", "?") + " " + board.value("state", "?");
    return all;
}

} // namespace framegate::test
