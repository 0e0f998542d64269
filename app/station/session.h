// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/overlays.h"
#include "domain/run_event.h"
#include "domain/test_plan.h"
#include "domain/test_record.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// What `framegate run` and `framegate-station` are told, as text from the command line.
struct RunOptions {
    std::filesystem::path plan;
    std::string bench = "usb"; ///< "usb" or "virtual"
    std::filesystem::path station;
    unsigned units = 0; ///< 0: --serials says
    std::filesystem::path serials;
    int slots = 0; ///< 0: all of the station's
    std::filesystem::path scenario;
    std::optional<std::uint64_t> seed;
    double pace = 0;
    std::filesystem::path limits;
    std::string lot;
    std::string operatorId;
    std::filesystem::path out;
    std::string db;
    std::filesystem::path events;
    std::filesystem::path usbRecord; ///< all that goes over USB
    Overlays overlays = Overlays::Failed;
    bool resume = false;
};

/// A lot made ready: everything read, checked and opened; nothing run yet. Thread-bound.
class Session {
public:
    virtual ~Session() = default;
    /// Reads and checks all that \a options name and opens the output folder and the database.
    /// Errors: InvalidInput for everything that exit status 2 stands for; Io otherwise.
    static Result<std::unique_ptr<Session>> prepare(const RunOptions& options);
    /// The numbers of the slots that will work.
    virtual std::vector<int> slots() const = 0;
    virtual const TestPlan& plan() const = 0;
    virtual const std::string& lot() const = 0;
    virtual unsigned unitCount() const = 0; ///< still to be run
    virtual std::string bench() const = 0;
    /// Runs the lot; \a events are published from slot threads, one at a time.
    /// Errors: those of StationRunner::run.
    virtual Result<LotSummary> run(EventSink& events, std::stop_token stop) = 0;
};

} // namespace framegate
