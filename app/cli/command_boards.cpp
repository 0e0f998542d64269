// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_options.h"
#include "cli/commands.h"
#include "station/board_survey.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

void printJson(const std::vector<BoardListing>& boards) {
    using Json = nlohmann::ordered_json;
    for (const auto& board : boards)
        fmt::print("{}\n", Json{{"slot", board.slot ? Json(*board.slot) : Json()},
                                {"port", board.port.text()},
                                {"usb_id", board.usbId},
                                {"state", board.state},
                                {"board_id", board.boardId},
                                {"firmware", board.firmware},
                                {"trouble", board.trouble}}
                               .dump());
}

void printText(const std::vector<BoardListing>& boards) {
    fmt::print("{:<6}{:<12}{:<11}{:<13}{:<18}{}\n", "slot", "port", "usb id", "state", "board", "firmware");
    for (const auto& board : boards) {
        const auto slot = board.slot ? std::to_string(*board.slot) : "-";
        fmt::print("{:<6}{:<12}{:<11}{:<13}{:<18}{}\n", slot, board.port.text(), board.usbId, board.state,
                   board.boardId.empty() ? "-" : board.boardId,
                   board.firmware.empty() ? "-" : board.firmware);
        if (!board.trouble.empty()) fmt::print("      {}\n", board.trouble);
    }
}

} // namespace

int boardsCommand(int argc, char** argv) {
    CLI::App app("Lists the boards that are attached.", "framegate boards");
    BenchChoice choice;
    bool json = false;
    addBenchOptions(app, choice);
    app.add_option("--slots", choice.slots, "Virtual bench: how many slots it has")->check(CLI::Range(1, 64));
    app.add_flag("--json", json, "One JSON object a line");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    auto bench = openBench(choice);
    if (!bench) return reportError(bench.error());
    const auto boards = surveyBoards(**bench);
    if (!boards) return reportError(boards.error());
    json ? printJson(*boards) : printText(*boards);
    if (boards->empty()) fmt::print(stderr, "no board is attached\n");
    return statusWithRecording(**bench, exitStatus::success);
}

} // namespace framegate
