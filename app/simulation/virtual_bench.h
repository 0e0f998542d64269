// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"
#include "domain/station_layout.h"
#include "domain/unit_loader.h"
#include "simulation/pico_board.h"
#include "usb/usb_backend.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace framegate::simulation {

/// What is wrong with which simulated unit: a scenario file's content. Opaque: nothing but the simulation
/// can look into it.
class Scenario;

/// Reads a scenario file (docs/scenarios.md). Errors: InvalidInput `CONFIG` with file, line and column.
Result<std::shared_ptr<const Scenario>> readScenario(const std::filesystem::path& file);

/// How a virtual bench is made.
struct BenchOptions {
    int slots = 1;
    std::uint64_t seed = 1; ///< a scenario's own seed applies where this is not given
    bool seedGiven = false;
    double pace = 0; ///< 0: as fast as the machine; X: X simulated seconds a real second
    std::shared_ptr<const Scenario> scenario = nullptr; ///< null: every unit is good
    std::string sensor = "ov2640";                      ///< what a good unit is
    std::string board = "mini-2mp-plus";
    bool measuresSupply = true; ///< the fixtures have ADC channels at the module's supply
    bool supplySwitch = false;  ///< and can switch it
    /// Hangs in front of every module, between lights and shutter that the board switches; null: another
    /// scene, without lights.
    std::shared_ptr<const ChartDescription> chart = nullptr;
    PicoState startsIn = PicoState::TestFirmware; ///< what runs on the boards at first
    BootselOptions pico = {};                     ///< the chips, and what is wrong with them
    bool drawnAhead = false; ///< a unit's view is drawn before it is plugged in: for hosts whose time is real
    bool watchdog = false;   ///< starts firmware anew that hangs; else restart() does
};

/// A fixture of simulated Picos that run the firmware's own code, each with a simulated module, or are in
/// BOOTSEL, or run something else: devices on a USB backend, with a clock of their own that only the
/// simulation moves. A unit that is inserted changes the module, not what runs on the board. Thread-safe.
class VirtualBench : public UsbBackend, public UnitLoader {
public:
    /// Errors: InvalidInput `SIMULATION` for a sensor or board nobody simulates.
    static Result<std::unique_ptr<VirtualBench>> create(BenchOptions options);
    /// Slots 1…N on ports 1-1, 1-2, ….
    virtual StationLayout layout() const = 0;
    /// The board in \a slot, 1…N.
    virtual PicoBoard& board(int slot) = 0;
    /// What was wrong with each unit inserted so far, as CSV for FOLDER/truth.csv; for benchmarks only.
    virtual std::string truthCsv() const = 0;
};

} // namespace framegate::simulation
