// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include "cli/commands.h"
#include "station/software_version.h"

#include <CLI/CLI.hpp>
#include <QGuiApplication>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string_view>

namespace framegate {
namespace {

/// What of Qt a command uses.
enum class Needs { Plugins, Fonts };

struct Command {
    std::string_view name;
    int (*run)(int argc, char** argv);
    std::string_view summary;
    Needs needs = Needs::Plugins;
};

constexpr std::array<Command, 11> commands = {{
    {"run", runCommand, "tests a lot: --plan FILE --out DIR [--bench virtual] [--units N] ...", Needs::Fonts},
    {"verify", verifyCommand, "is each file a valid JPEG as that sensor would send it?"},
    {"measure", measureCommand,
     "every measurement of pictures of the chart: FILE... [--limits FILE] [--edges FILE.csv]", Needs::Fonts},
    {"capture", captureCommand, "one picture: --resolution WxH -o FILE"},
    {"plan", planCommand, "check FILE: reads a plan and all it names"},
    {"boards", boardsCommand, "what is attached: slot, port, board, firmware"},
    {"chart", chartCommand, "the printable test chart: -o FILE.pdf [--paper A4]", Needs::Fonts},
    {"limits", limitsCommand, "learn LOT -o FILE: proposes limits from good units"},
    {"flash", flashCommand, "puts firmware on boards: --firmware FILE [--ram] [--slot N|--all]"},
    {"sim", simCommand, "serve: simulated boards as USB/IP devices on loopback [--boards N] [--attach]"},
    {"doctor", doctorCommand, "what this machine lacks"},
}};

std::string usage() {
    std::string text = "framegate: tests camera modules and says what is wrong with the bad ones\n\n"
                       "usage: framegate COMMAND [OPTIONS]      (framegate COMMAND --help says more)\n\n";
    for (const auto& command : commands)
        text += fmt::format("  {:<10}{}\n", command.name, command.summary);
    return text +
           "\nexit status: 0 all passed, 1 a unit failed, 2 wrong input, 3 could not tell, 130 stopped\n";
}

/// Qt's database drivers and fonts come with an application object; it takes no part in parsing. Drawing goes
/// to files only: no display is asked for.
std::unique_ptr<QCoreApplication> makeApplication(Needs needs, int& argc, char** argv) {
    if (needs == Needs::Plugins) return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return std::make_unique<QGuiApplication>(argc, argv);
}

int runIn(const Command& command, int argc, char** argv) {
    int qtArguments = 1;
    const auto application = makeApplication(command.needs, qtArguments, argv);
    return command.run(argc - 1, argv + 1);
}

} // namespace

int reportError(const Error& error) {
    fmt::print(stderr, "framegate: {} [{}]\n", error.message, error.code);
    switch (error.kind) {
    case ErrorKind::InvalidInput:
        return exitStatus::inputWrong;
    case ErrorKind::Cancelled:
        return exitStatus::stopped;
    case ErrorKind::Module:
        return exitStatus::unitFailed;
    default:
        return exitStatus::couldNotTell;
    }
}

std::vector<int> parseCommandLine(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
        return {};
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", app.help());
        return {exitStatus::success};
    } catch (const CLI::ParseError& error) {
        return {reportError({ErrorKind::InvalidInput, "COMMAND_LINE", error.what()})};
    }
}

int runCli(int argc, char** argv) {
    const std::string_view name = argc > 1 ? argv[1] : "";
    if (name == "--version") return fmt::print("framegate {}\n", softwareVersion()), exitStatus::success;
    if (name == "--help" || name == "-h" || name == "help")
        return fmt::print("{}", usage()), exitStatus::success;
    for (const auto& command : commands)
        if (command.name == name) return runIn(command, argc, argv);
    fmt::print(stderr, "{}", usage());
    if (argc > 1) fmt::print(stderr, "\nframegate: there is no command \"{}\"\n", name);
    return exitStatus::inputWrong;
}

} // namespace framegate
