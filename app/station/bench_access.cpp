// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/bench_access.h"

#include "config/readers.h"
#include "simulation/virtual_bench.h"
#include "station/console_loader.h"
#include "usb/libusb_backend.h"

#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

Failure wrongBench(std::string message) {
    return failure(ErrorKind::InvalidInput, "BENCH", std::move(message));
}

class VirtualAccess : public BenchAccess {
public:
    explicit VirtualAccess(std::unique_ptr<simulation::VirtualBench> bench)
        : bench_(std::move(bench)), layout_(bench_->layout()) {}
    UsbBackend& usb() override { return *bench_; }
    UnitLoader& loader() override { return *bench_; }
    const StationLayout& layout() const override { return layout_; }
    std::string truthCsv() const override { return bench_->truthCsv(); }

private:
    std::unique_ptr<simulation::VirtualBench> bench_;
    StationLayout layout_;
};

class UsbAccess : public BenchAccess {
public:
    UsbAccess(std::unique_ptr<UsbBackend> backend, StationLayout layout)
        : backend_(std::move(backend)), layout_(std::move(layout)) {}
    UsbBackend& usb() override { return *backend_; }
    UnitLoader& loader() override { return loader_; }
    const StationLayout& layout() const override { return layout_; }

private:
    std::unique_ptr<UsbBackend> backend_;
    StationLayout layout_;
    ConsoleLoader loader_;
};

Result<std::unique_ptr<BenchAccess>> openVirtual(const BenchChoice& choice) {
    if (!choice.station.empty())
        return wrongBench("--station names real USB ports; the virtual bench takes --slots");
    simulation::BenchOptions options;
    options.slots = choice.slots == 0 ? 1 : choice.slots;
    options.seed = choice.seed.value_or(options.seed);
    options.seedGiven = choice.seed.has_value();
    options.pace = choice.pace;
    options.sensor = choice.sensor;
    options.board = choice.board;
    if (!choice.scenario.empty()) {
        auto scenario = simulation::readScenario(choice.scenario);
        if (!scenario) return Failure(asWrongInput(scenario.error()));
        options.scenario = std::move(*scenario);
    }
    auto bench = simulation::VirtualBench::create(std::move(options));
    if (!bench) return passOn(bench);
    return std::make_unique<VirtualAccess>(std::move(*bench));
}

Result<std::unique_ptr<BenchAccess>> openUsb(const BenchChoice& choice) {
    if (!choice.scenario.empty() || choice.seed || choice.pace != 0)
        return wrongBench("--scenario, --seed and --pace belong to --bench virtual");
    StationLayout layout;
    if (!choice.station.empty()) {
        auto read = config::readStation(choice.station);
        if (!read) return Failure(asWrongInput(read.error()));
        layout = std::move(*read);
    }
    const auto slots = static_cast<std::size_t>(choice.slots);
    if (slots > layout.slots.size())
        return wrongBench(fmt::format("--slots {}: the station has {} slots", slots, layout.slots.size()));
    if (slots > 0) layout.slots.resize(slots);
    auto backend = openLibusbBackend();
    if (!backend) return passOn(backend);
    return std::make_unique<UsbAccess>(std::move(*backend), std::move(layout));
}

} // namespace

Result<std::unique_ptr<BenchAccess>> openBench(const BenchChoice& choice) {
    return choice.bench == "virtual" ? openVirtual(choice) : openUsb(choice);
}

} // namespace framegate
