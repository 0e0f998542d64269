// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/bench_options.h"
#include "cli/commands.h"
#include "cli/stop_signal.h"
#include "config/readers.h"
#include "station/board_survey.h"
#include "station/console_loader.h"
#include "station/slot_learning.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

void printJson(const std::vector<BoardListing>& boards) {
    for (const auto& board : boards)
        fmt::print("{}\n", Json{{"slot", board.slot ? Json(*board.slot) : Json()},
                                {"port", board.port.text()},
                                {"usb_id", board.usbId},
                                {"state", board.state},
                                {"board_id", board.boardId},
                                {"firmware", board.firmware},
                                {"swapped", board.swapped()},
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

struct LearnOptions {
    bool learn = false;
    bool blink = false;
    std::string out;
};

Result<SlotsToLearn> slotsToLearn(const BenchChoice& choice) {
    SlotsToLearn slots;
    if (!choice.station.empty()) {
        const auto layout = config::readStation(choice.station);
        if (!layout) return Failure(asWrongInput(layout.error()));
        slots.station = layout->name;
        slots.swappedBoards = layout->swappedBoards;
        for (const auto& slot : layout->slots)
            slots.numbers.push_back(slot.number);
    }
    for (int number = 1; choice.station.empty() && number <= choice.slots; ++number)
        slots.numbers.push_back(number);
    if (slots.numbers.empty())
        return failure(ErrorKind::InvalidInput, "COMMAND_LINE",
                       "--learn needs --slots N, or --station FILE whose slots are to be learnt anew");
    return slots;
}

Result<StationLayout> learn(const LearnOptions& options, const SlotsToLearn& slots, UsbBackend& usb,
                            const std::stop_token& stop) {
    const SayToOperator say = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
    if (options.blink) return learnByBlinking(usb, slots, say, askAtTerminal, stop);
    SteadyClock clock;
    return learnByPlugging(usb, clock, slots, say, stop);
}

/// What was learnt goes to the file in one go: it is the whole of it or nothing.
int learnCommand(const LearnOptions& options, BenchChoice choice) {
    const StopSignal stop;
    const auto slots = slotsToLearn(choice);
    if (!slots) return reportError(slots.error());
    const bool isVirtual = choice.bench == "virtual";
    choice.station.clear();
    choice.slots = isVirtual ? static_cast<int>(slots->numbers.size()) : 0;
    auto bench = openBench(choice);
    if (!bench) return reportError(bench.error());
    const auto layout = learn(options, *slots, (*bench)->usb(), stop.token());
    if (!layout) return reportError(layout.error());
    const auto text = stationToml(*layout);
    if (options.out.empty()) return fmt::print("{}", text), exitStatus::success;
    if (auto written = writeFileAtomically(options.out, text); !written) return reportError(written.error());
    fmt::print(stderr, "{}: {} slots\n", options.out, layout->slots.size());
    return exitStatus::success;
}

} // namespace

int boardsCommand(int argc, char** argv) {
    CLI::App app("Lists the boards that are attached.", "framegate boards");
    BenchChoice choice;
    bool json = false;
    LearnOptions learning;
    addBenchOptions(app, choice);
    app.add_option("--slots", choice.slots, "Virtual bench, or with --learn: how many slots there are")
        ->check(CLI::Range(1, 256));
    auto* asJson = app.add_flag("--json", json, "One JSON object a line");
    auto* learnFlag = app.add_flag("--learn", learning.learn,
                                   "Assigns slots to USB ports, by plugging in one board after another")
                          ->excludes(asJson);
    app.add_flag("--blink", learning.blink,
                 "With --learn: boards that are plugged in blink, and you say which slot each one is")
        ->needs(learnFlag);
    app.add_option("-o,--out", learning.out, "With --learn: the station file to write; else standard output")
        ->needs(learnFlag);
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    if (learning.learn) return learnCommand(learning, choice);
    auto bench = openBench(choice);
    if (!bench) return reportError(bench.error());
    const auto boards = surveyBoards(**bench);
    if (!boards) return reportError(boards.error());
    json ? printJson(*boards) : printText(*boards);
    if (boards->empty()) fmt::print(stderr, "no board is attached\n");
    return statusWithRecording(**bench, exitStatus::success);
}

} // namespace framegate
