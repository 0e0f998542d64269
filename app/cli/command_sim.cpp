// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/stop_signal.h"
#include "station/board_serving.h"
#include "station/plan_loading.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace framegate {
namespace {

struct ServeOptions {
    ServeChoice choice;
    std::string state = "firmware";
    std::string plan;
    bool control = false;
};

void addOptions(CLI::App& app, ServeOptions& options) {
    auto& choice = options.choice;
    choice.bench.slots = 1;
    app.add_option("--boards", choice.bench.slots, "How many boards")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--scenario", choice.bench.scenario, "What is wrong with which unit");
    app.add_option("--seed", choice.bench.seed, "Seed of all variation");
    auto* plan = app.add_option("--plan", options.plan, "The modules are what this plan tests");
    app.add_option("--sensor", choice.bench.sensor, "Sensor of the modules")
        ->excludes(plan)
        ->capture_default_str();
    app.add_option("--board", choice.bench.board, "Board of the modules")
        ->excludes(plan)
        ->capture_default_str();
    app.add_option("--state", options.state, "What the boards start in: blank in BOOTSEL, or the firmware")
        ->check(CLI::IsMember({"bootsel", "firmware"}))
        ->capture_default_str();
    app.add_flag("--rp2350", choice.rp2350, "The boards are RP2350");
    auto* port = app.add_option("--port", choice.port, "Port on 127.0.0.1; 0: any")->capture_default_str();
    app.add_flag("--attach", choice.attach, "Attach the boards to this machine's vhci-hcd (needs root)")
        ->excludes(port);
    app.add_flag("--control", options.control,
                 "Commands on standard input: unplug N, plug N [bootsel], "
                 "fault N WHAT, quit");
    app.add_option("--bootsel-fault", choice.bootselFault,
                   "In BOOTSEL: stuck-bit[=OFFSET], dead-sector[=OFFSET] or power-loss=N");
}

void tell(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void showHowToAttach(const ServedBoards& boards) {
    if (boards.port() == 0) return;
    tell(fmt::format("listening 127.0.0.1 {}", boards.port()));
    for (const auto& busId : boards.busIds())
        fmt::print(stderr, "usbip --tcp-port {} attach -r 127.0.0.1 -b {}\n", boards.port(), busId);
}

/// Lines of standard input as they come, without waiting longer than a look at the stop request.
class InputLines {
public:
    /// False once there will be none.
    bool wait() {
        pollfd source{STDIN_FILENO, POLLIN, 0};
        if (::poll(&source, 1, 100) <= 0) return true;
        std::array<char, 4096> buffer;
        const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got > 0) text_.append(buffer.data(), static_cast<std::size_t>(got));
        return got > 0 && text_.size() < longest;
    }
    std::vector<std::string> take() {
        std::vector<std::string> lines;
        for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
            lines.push_back(text_.substr(0, end));
            text_.erase(0, end + 1);
        }
        return lines;
    }

private:
    static constexpr std::size_t longest = std::size_t{1} << 16;
    std::string text_;
};

void carryOut(ServedBoards& boards, const std::string& line) {
    const auto done = boards.command(line);
    tell(done ? "ok " + line : fmt::format("error {} [{}]", done.error().message, done.error().code));
}

/// Until `quit`, the end of the input, or a stop request.
void obey(ServedBoards& boards, const std::stop_token& stop) {
    InputLines input;
    for (bool more = true; more && !stop.stop_requested();) {
        more = input.wait();
        for (const auto& line : input.take()) {
            if (line == "quit") return tell("ok quit");
            if (!line.empty()) carryOut(boards, line);
        }
    }
}

void waitForStop(const std::stop_token& stop) {
    SteadyClock clock;
    while (clock.sleepFor(std::chrono::hours(1), stop)) {
    }
}

int serve(int argc, char** argv) {
    CLI::App app("Simulated boards as USB/IP devices on 127.0.0.1, or attached to this machine.",
                 "framegate sim serve");
    ServeOptions options;
    addOptions(app, options);
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const StopSignal stop;
    if (!options.plan.empty()) {
        const auto plan = loadPlan(options.plan);
        if (!plan) return reportError(plan.error());
        options.choice.bench.sensor = plan->sensor.name;
        options.choice.bench.board = plan->board.name;
        options.choice.bench.chart = plan->chart;
    }
    options.choice.bootsel = options.state == "bootsel";
    auto boards = serveBoards(options.choice, tell);
    if (!boards) return reportError(boards.error());
    showHowToAttach(**boards);
    if (options.control)
        obey(**boards, stop.token());
    else
        waitForStop(stop.token());
    return exitStatus::success;
}

} // namespace

int simCommand(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "serve") return serve(argc - 1, argv + 1);
    fmt::print(stderr, "usage: framegate sim serve [OPTIONS]      (framegate sim serve --help says more)\n");
    return argc > 1 && std::string_view(argv[1]) == "--help" ? exitStatus::success : exitStatus::inputWrong;
}

} // namespace framegate
