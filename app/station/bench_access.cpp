// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/bench_access.h"

#include "config/readers.h"
#include "simulation/bootsel_board.h"
#include "simulation/virtual_bench.h"
#include "station/console_loader.h"
#include "usb/libusb_backend.h"
#include "usb/recording_backend.h"

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

class BootselAccess : public BenchAccess {
public:
    BootselAccess(int slots, simulation::BootselOptions board)
        : bench_(std::vector(static_cast<std::size_t>(slots), board)) {
        for (int i = 0; i < slots; ++i)
            layout_.slots.push_back({i + 1, simulation::BootselBench::port(static_cast<std::size_t>(i))});
    }
    UsbBackend& usb() override { return bench_; }
    UnitLoader& loader() override { return loader_; }
    const StationLayout& layout() const override { return layout_; }

private:
    simulation::BootselBench bench_;
    StationLayout layout_;
    ConsoleLoader loader_;
};

/// Another bench, with all that goes over USB written down.
class RecordedAccess : public BenchAccess {
public:
    RecordedAccess(std::unique_ptr<BenchAccess> bench, std::shared_ptr<UsbRecording> recording)
        : bench_(std::move(bench)), recording_(recording), usb_(recordUsb(bench_->usb(), recording)) {}
    UsbBackend& usb() override { return *usb_; }
    UnitLoader& loader() override { return bench_->loader(); }
    const StationLayout& layout() const override { return bench_->layout(); }
    std::string truthCsv() const override { return bench_->truthCsv(); }
    Result<> recorded() const override { return recording_->whole(); }

private:
    std::unique_ptr<BenchAccess> bench_;
    std::shared_ptr<UsbRecording> recording_;
    std::unique_ptr<UsbBackend> usb_;
};

Result<std::unique_ptr<BenchAccess>> recordedIf(const std::filesystem::path& file,
                                                Result<std::unique_ptr<BenchAccess>> bench) {
    if (!bench || file.empty()) return bench;
    auto recording = UsbRecording::create(file);
    if (!recording) return passOn(recording);
    return std::make_unique<RecordedAccess>(std::move(*bench), std::move(*recording));
}

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
    options.chart = choice.chart;
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
    return recordedIf(choice.usbRecord, choice.bench == "virtual" ? openVirtual(choice) : openUsb(choice));
}

Result<std::unique_ptr<BenchAccess>> openFlashBench(const BenchChoice& choice, bool rp2350) {
    if (choice.bench != "virtual" && rp2350) return wrongBench("--rp2350 belongs to --bench virtual");
    if (choice.bench != "virtual") return openBench(choice);
    if (!choice.scenario.empty() || !choice.station.empty())
        return wrongBench("flashing on the virtual bench takes --slots, but no --scenario and no --station");
    simulation::BootselOptions board;
    if (rp2350) board.chip = simulation::BootselChip::Rp2350;
    return recordedIf(choice.usbRecord,
                      std::make_unique<BootselAccess>(choice.slots == 0 ? 1 : choice.slots, board));
}

} // namespace framegate
