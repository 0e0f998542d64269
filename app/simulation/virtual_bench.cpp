// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/virtual_bench.h"

#include "base/random.h"
#include "protocol/messages.h"
#include "sim/module_kind.h"
#include "simulation/chart_scene.h"
#include "simulation/lens_operator.h"
#include "simulation/optical_scene.h"
#include "simulation/scenario.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <utility>

namespace framegate::simulation {
namespace {

/// A board leaves and comes back only by what others do to it, or in its own time.
class VirtualWatch : public UsbWatch {
public:
    explicit VirtualWatch(const PicoBoard& board) : board_(board), seen_(board.comingsAndGoings()) {}
    Result<> wait(Clock& clock, Deadline deadline, std::stop_token stop) override {
        constexpr std::chrono::nanoseconds lookEvery = std::chrono::milliseconds{50};
        Result<> waited;
        while (waited && board_.comingsAndGoings() == seen_ && !deadline.passed(clock))
            waited = clock.sleepFor(std::min(lookEvery, deadline.left(clock)), stop);
        seen_ = board_.comingsAndGoings();
        return waited;
    }

private:
    const PicoBoard& board_;
    unsigned seen_;
};

constexpr std::chrono::milliseconds turningTime{600}; ///< of one small turn and a look at the screen

class Bench : public VirtualBench {
public:
    Bench(BenchOptions options, const sim::ModuleKind& kind) : options_(std::move(options)), kind_(kind) {
        if (!options_.scenario) options_.scenario = std::make_shared<Scenario>();
        if (!options_.seedGiven) options_.seed = options_.scenario->seed.value_or(options_.seed);
        for (int slot = 1; slot <= options_.slots; ++slot) {
            boards_.push_back(std::make_unique<PicoBoard>(PicoOptions{
                slot, options_.pace, wiring(), options_.pico, options_.startsIn, options_.watchdog}));
            hands_.emplace_back();
            const auto index = static_cast<unsigned>(slot);
            plugIn(slot, {Serial::numbered(index), index, {}}, 1);
        }
    }

    Result<std::vector<UsbDevice>> devices() override {
        std::vector<UsbDevice> all;
        for (const auto& board : boards_)
            if (auto device = board->device()) all.push_back(std::move(*device));
        return all;
    }

    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        for (const auto& board : boards_)
            if (board->port() == port) return board->open(match);
        return nothingAt(port);
    }

    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        if (stop.stop_requested())
            return failure(ErrorKind::Cancelled, "CANCELLED", "stopped before the board was back");
        for (const auto& board : boards_)
            if (board->port() == port) return board->restart(request, limit, std::move(stop));
        return nothingAt(port);
    }

    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override {
        for (const auto& board : boards_)
            if (board->port() == port) return std::make_unique<VirtualWatch>(*board);
        return UsbBackend::watch(port);
    }

    Result<> insert(int slot, const Unit& unit, int run, std::stop_token stop) override {
        if (stop.stop_requested())
            return failure(ErrorKind::Cancelled, "CANCELLED", "stopped before the unit was in");
        if (slot < 1 || slot > options_.slots)
            return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                           fmt::format("the bench has no slot {}", slot));
        const auto names = plugIn(slot, unit, run);
        const std::lock_guard lock(truthMutex_);
        truth_[{unit.serial.text(), run}] = fmt::format("{},{}", unit.index, names);
        return {};
    }

    Result<> show(int slot, Scene scene, std::stop_token) override {
        if (scene == Scene::Chart) return {};
        return failure(
            ErrorKind::NotAvailable, "NO_OPERATOR",
            fmt::format("slot {}: nobody is at the virtual bench to show it the {}", slot, sceneText(scene)));
    }

    /// The simulated hand turns the lens while the board's time goes on.
    Result<bool> adjustFocus(int slot, const FocusLook& look, std::stop_token stop) override {
        const auto place = static_cast<std::size_t>(slot - 1);
        auto turned = boards_[place]->sleepFor(turningTime, std::move(stop));
        if (!turned) return passOn(turned);
        if (options_.scenario->hand.present) hands_[place]->follow(look.advice);
        return false;
    }

    void remove(int) override {}

    StationLayout layout() const override {
        StationLayout layout;
        layout.name = "virtual";
        for (int slot = 1; slot <= options_.slots; ++slot)
            layout.slots.push_back({slot, boards_[static_cast<std::size_t>(slot - 1)]->port()});
        return layout;
    }

    PicoBoard& board(int slot) override { return *boards_.at(static_cast<std::size_t>(slot - 1)); }

    std::string truthCsv() const override {
        const std::lock_guard lock(truthMutex_);
        std::string text = "serial,run,index,faults\r\n";
        for (const auto& [unit, rest] : truth_)
            text += fmt::format("{},{},{}\r\n", unit.first, unit.second, rest);
        return text;
    }

private:
    static Failure nothingAt(const UsbPortPath& port) {
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                       fmt::format("nothing is plugged in at {}", port.text()));
    }

    sim::FixtureWiring wiring() const {
        const auto lights = wire::outputBit(wire::Output::ChartLight) |
                            wire::outputBit(wire::Output::Diffuser) | wire::outputBit(wire::Output::Shutter);
        return {options_.measuresSupply, options_.supplySwitch,
                static_cast<std::uint8_t>(options_.chart ? lights : 0)};
    }

    std::unique_ptr<sim::Scene> sceneFor(const Unit& unit, const UnitTroubles& troubles,
                                         std::shared_ptr<const LensTurned> turned) const {
        const auto seedFor = [&](std::string_view what) {
            return derivedSeed(options_.seed, fmt::format("{}/{}", what, unit.serial.text()));
        };
        if (!options_.chart) return makeChartScene(seedFor("scene"), kind_.sensor);
        auto good = goodOptics(kind_.sensor, seedFor("optics"), unit.index);
        auto light = troubles.light;
        light.switched = true;
        if (troubles.optics == OpticalFaults{})
            return makeOpticalScene(options_.chart, kind_.sensor, seedFor("scene"), std::move(good),
                                    std::nullopt, 1, light, std::move(turned));
        auto faulty = withFaults(good, troubles.optics, kind_.sensor, seedFor("optical faults"));
        return makeOpticalScene(options_.chart, kind_.sensor, seedFor("scene"), std::move(good),
                                std::move(faulty), troubles.optics.probability, light, std::move(turned));
    }

    /// Puts the unit's module into the slot; says what is wrong with it.
    std::string plugIn(int slot, const Unit& unit, int run) {
        const auto troubles = options_.scenario->troublesOf(unit, slot, run, options_.seed);
        const auto seedFor = [&](std::string_view what) {
            return derivedSeed(options_.seed, fmt::format("{}/{}", what, unit.serial.text()));
        };
        auto& hand = hands_[static_cast<std::size_t>(slot - 1)];
        hand = std::make_unique<LensOperator>(seedFor(fmt::format("hand/{}", run)),
                                              options_.scenario->hand.disobeys);
        auto scene = sceneFor(unit, troubles, hand->turned());
        if (options_.drawnAhead) (void)scene->look(160, 120, 0, {}); // what the lens makes of it is the work
        auto module =
            std::make_unique<sim::CameraModule>(troubles.module, std::move(scene), seedFor("module"), kind_);
        for (const auto& picture : troubles.pictures)
            module->sensor().overridePicture(picture.width, picture.height, picture.bytes);
        boards_[static_cast<std::size_t>(slot - 1)]->insert(std::move(module), troubles.board,
                                                            seedFor(fmt::format("link/{}", run)));
        return troubles.names;
    }

    BenchOptions options_;
    const sim::ModuleKind kind_;
    std::vector<std::unique_ptr<PicoBoard>> boards_;
    std::vector<std::unique_ptr<LensOperator>> hands_; ///< one a slot
    mutable std::mutex truthMutex_;
    std::map<std::pair<std::string, int>, std::string> truth_;
};

} // namespace

Result<std::unique_ptr<VirtualBench>> VirtualBench::create(BenchOptions options) {
    const auto* kind = sim::findModule(options.sensor, options.board);
    if (kind == nullptr)
        return failure(ErrorKind::InvalidInput, "SIMULATION",
                       fmt::format("no module with sensor {} on board {} is simulated; there are {}",
                                   options.sensor, options.board, fmt::join(sim::moduleNames(), ", ")));
    if (options.slots < 1 || options.slots > 64)
        return failure(ErrorKind::InvalidInput, "SIMULATION",
                       fmt::format("{} slots asked for, expected 1 to 64", options.slots));
    return std::unique_ptr<VirtualBench>(std::make_unique<Bench>(std::move(options), *kind));
}

} // namespace framegate::simulation
