// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/overlays.h"
#include "domain/run_event.h"
#include "domain/station_layout.h"
#include "domain/test_plan.h"
#include "domain/test_record.h"
#include "domain/unit.h"
#include "domain/unit_loader.h"
#include "flashing/board_preparation.h"
#include "records/record_store.h"
#include "reports/picture_artist.h"
#include "reports/report_writer.h"
#include "usb/usb_backend.h"

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// What a lot is and who runs it where.
struct LotOrder {
    std::string lot;
    std::vector<Unit> units;
    std::string operatorId;
    std::string bench;                     ///< "usb" or "virtual"
    std::string software;                  ///< version+git hash
    std::filesystem::path artifacts;       ///< folder for failing captures; empty: none are kept
    Overlays overlays = Overlays::Failed;  ///< of which units judged pictures are kept there, with drawings
    LotSummary before;                     ///< what earlier sessions of the same lot counted
    std::map<std::string, int> runsBefore; ///< by serial: runs that earlier sessions recorded
};

/// What a lot is run with. Everything is owned by the caller and outlives the run.
struct StationPorts {
    UsbBackend& usb;
    UnitLoader& loader;
    RecordStore& records;
    std::vector<ReportWriter*> reports;
    EventSink& events;
    PictureArtist* artist = nullptr;         ///< null: judged pictures are kept without drawings
    BoardPreparation* preparation = nullptr; ///< null: boards are taken as they are
};

/// Runs a lot: one thread a slot takes the next unit, runs it through the plan, commits its record, and
/// only then tells anyone. Thread-bound; the stop request may come from any thread.
class StationRunner {
public:
    StationRunner(const StationLayout& layout, const TestPlan& plan, StationPorts ports);
    /// Returns when every unit is done or the stop request was carried out; teardown of each slot has run.
    /// Errors: Io `RECORD_NOT_STORED` or `FILE_WRITE` when the station could not keep its records: it
    /// stops taking units then.
    Result<LotSummary> run(const LotOrder& order, std::stop_token stop);

private:
    class Slot;

    const StationLayout& layout_;
    const TestPlan& plan_;
    StationPorts ports_;
};

} // namespace framegate
