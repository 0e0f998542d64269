// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/board_serving.h"

#include "simulation/board_server.h"

#include <charconv>
#include <fmt/format.h>
#include <mutex>
#include <sstream>
#include <utility>

namespace framegate {
namespace {

using simulation::BoardServer;
using simulation::BootselOptions;
using simulation::VirtualBench;

/// The low bit of an entry of the vector table, which is set in every program for either chip.
constexpr std::uint32_t stuckBitAt = 0x104;
constexpr std::uint32_t deadSectorAt = 0;

Failure wrongCommand(std::string message) {
    return failure(ErrorKind::InvalidInput, "SERVE_COMMAND", std::move(message));
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || rest != end) return std::nullopt;
    return value;
}

/// NAME or NAME=OFFSET; for a loss of power the number of the command.
Result<> readFault(const std::string& text, BootselOptions& options) {
    options.stuckBit.reset();
    options.deadSector.reset();
    options.losesPowerAtCommand.reset();
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    const bool says = equals != std::string::npos;
    std::uint32_t value = 0;
    bool good = true;
    if (says) {
        const auto given = number<std::uint32_t>(std::string_view(text).substr(equals + 1));
        good = given.has_value();
        value = good ? *given : 0;
    }
    if (good && name == "stuck-bit")
        options.stuckBit = simulation::StuckBit{says ? value : stuckBitAt, 1, false};
    else if (good && name == "dead-sector")
        options.deadSector = says ? value : deadSectorAt;
    else if (good && says && name == "power-loss")
        options.losesPowerAtCommand = value;
    else if (text != "none" && !text.empty())
        return wrongCommand(fmt::format(
            "fault \"{}\": expected stuck-bit[=OFFSET], dead-sector[=OFFSET], power-loss=N or none", text));
    return {};
}

/// One line at a time, whichever board's thread it comes from.
class Teller {
public:
    explicit Teller(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}
    void say(const std::string& line) {
        const std::lock_guard lock(mutex_);
        tell_(line);
    }

private:
    std::mutex mutex_;
    std::function<void(const std::string&)> tell_;
};

class Served : public ServedBoards {
public:
    Served(std::unique_ptr<VirtualBench> bench, std::unique_ptr<Teller> teller)
        : bench_(std::move(bench)), teller_(std::move(teller)) {}

    Result<> begin(const ServeChoice& choice) {
        if (!choice.attach) {
            auto server = BoardServer::listen(*bench_, choice.port, events());
            if (!server) return passOn(server);
            server_ = std::move(*server);
            return {};
        }
        auto ports = simulation::findVhciPorts(static_cast<std::size_t>(choice.bench.slots));
        if (!ports) return passOn(ports);
        server_ = BoardServer::attach(*bench_, std::move(*ports), events());
        return {};
    }

    std::uint16_t port() const override { return server_->port(); }
    std::vector<std::string> busIds() const override {
        std::vector<std::string> all;
        for (const auto& slot : bench_->layout().slots)
            all.push_back(slot.port.text());
        return all;
    }
    Result<> command(const std::string& line) override {
        std::istringstream words(line);
        std::string verb, board, what, more;
        words >> verb >> board >> what >> more;
        const auto slot = number<int>(board);
        if (slot && more.empty()) {
            if (verb == "unplug" && what.empty()) return server_->unplug(*slot);
            if (verb == "plug" && (what.empty() || what == "bootsel"))
                return server_->plug(*slot, what == "bootsel");
            if (verb == "fault" && !what.empty()) return damage(*slot, what);
        }
        return wrongCommand(
            fmt::format("\"{}\": expected unplug N, plug N [bootsel], fault N WHAT or quit", line));
    }

private:
    Result<> damage(int slot, const std::string& what) {
        BootselOptions faults;
        if (auto read = readFault(what, faults); !read) return read;
        return server_->damage(slot, faults);
    }
    simulation::ServeEvents events() {
        simulation::ServeEvents events;
        events.state = [this](int slot, simulation::PicoState state) {
            teller_->say(fmt::format("board {} {}", slot, simulation::stateText(state)));
        };
        events.trouble = [this](int slot, const Error& error) {
            teller_->say(fmt::format("trouble {} {} [{}]", slot, error.message, error.code));
        };
        return events;
    }

    std::unique_ptr<VirtualBench> bench_;
    std::unique_ptr<Teller> teller_;
    std::unique_ptr<BoardServer> server_; ///< last: its threads use all of the above
};

Result<simulation::BenchOptions> optionsOf(const ServeChoice& choice) {
    simulation::BenchOptions options;
    options.slots = choice.bench.slots;
    options.seed = choice.bench.seed.value_or(options.seed);
    options.seedGiven = choice.bench.seed.has_value();
    options.sensor = choice.bench.sensor;
    options.board = choice.bench.board;
    options.chart = choice.bench.chart;
    options.watchdog = true;
    options.drawnAhead = true;
    options.startsIn = choice.bootsel ? simulation::PicoState::Bootsel : simulation::PicoState::TestFirmware;
    if (choice.rp2350) options.pico.chip = simulation::BootselChip::Rp2350;
    if (auto read = readFault(choice.bootselFault, options.pico); !read) return passOn(read);
    if (choice.bench.scenario.empty()) return options;
    auto scenario = simulation::readScenario(choice.bench.scenario);
    if (!scenario) return Failure(scenario.error());
    options.scenario = std::move(*scenario);
    return options;
}

} // namespace

Result<std::unique_ptr<ServedBoards>> serveBoards(const ServeChoice& choice,
                                                  std::function<void(const std::string&)> tell) {
    auto options = optionsOf(choice);
    if (!options) return passOn(options);
    auto bench = VirtualBench::create(std::move(*options));
    if (!bench) return passOn(bench);
    auto served = std::make_unique<Served>(std::move(*bench), std::make_unique<Teller>(std::move(tell)));
    if (auto begun = served->begin(choice); !begun) return passOn(begun);
    return served;
}

} // namespace framegate
