// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/station_layout.h"
#include "domain/unit_loader.h"
#include "usb/usb_backend.h"

#include "domain/chart_description.h"
#include <cstdint>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace framegate {

/// Which bench to work on, as the command line says it.
struct BenchChoice {
    std::string bench = "usb"; ///< "usb" or "virtual"
    std::filesystem::path station;
    int slots = 0; ///< 0: all of the station's; on the virtual bench 1
    std::filesystem::path scenario;
    std::optional<std::uint64_t> seed;
    double pace = 0;
    std::string sensor = "ov2640"; ///< what the virtual bench holds
    std::string board = "mini-2mp-plus";
    std::shared_ptr<const ChartDescription> chart = nullptr; ///< in front of the modules there
    std::filesystem::path usbRecord = {};                    ///< record all that goes over USB in this file
};

/// A bench ready for work: its USB devices, its slots and how units get into them.
class BenchAccess {
public:
    virtual ~BenchAccess() = default;
    virtual UsbBackend& usb() = 0;
    virtual UnitLoader& loader() = 0;
    virtual const StationLayout& layout() const = 0;
    /// CSV for truth.csv; empty on a bench that knows no truth.
    virtual std::string truthCsv() const { return {}; }
    /// Whether the recording of USB that was asked for is whole so far. Errors: Io `USB_RECORDING_CUT`.
    virtual Result<> recorded() const { return {}; }
};

/// Errors: those of reading the station or scenario file; InvalidInput `BENCH` for options that do not go
/// together; InvalidInput `USB_RECORDING_FILE` where the file to record in is there already; those of opening
/// USB.
Result<std::unique_ptr<BenchAccess>> openBench(const BenchChoice& choice);

/// A bench to flash boards on: the same, but on the virtual bench each slot holds a blank board in BOOTSEL,
/// an RP2040, or an RP2350 where \a rp2350. It takes no units. Errors: those of openBench(), and of a
/// scenario given, which says nothing about such boards: InvalidInput `BENCH`.
Result<std::unique_ptr<BenchAccess>> openFlashBench(const BenchChoice& choice, bool rp2350);

} // namespace framegate
