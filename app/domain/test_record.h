// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/measurement.h"
#include "domain/outcome.h"

#include <chrono>
#include <string>
#include <vector>

namespace framegate {

/// What one run of one unit came to, complete: what the database keeps and every report is made from.
struct TestRecord {
    std::string lot;
    std::string serial;
    std::string partNumber;
    int run = 1; ///< 1, or higher for a retest
    int slot = 1;
    Outcome outcome = Outcome::Error;
    bool marginal = false;                       ///< passed, with at least one marginal measurement
    std::string failureCode;                     ///< what failed first; empty on PASS
    std::string failureDetail;                   ///< the same in words, for people
    std::string diagnosis;                       ///< likeliest cause; empty where none was isolated
    std::vector<std::string> failedMeasurements; ///< name, or name@WxH, in the order taken
    std::string startedAt;                       ///< ISO 8601, UTC
    std::chrono::nanoseconds duration{0};        ///< in the bench's time
    std::string sensor;
    std::string boardId;  ///< the Pico's flash id, hexadecimal
    std::string firmware; ///< version+git hash
    std::string plan;     ///< name and version
    std::string planSha256;
    std::string limitsSha256;
    std::string software; ///< version+git hash
    std::string operatorId;
    std::string station;
    std::string bench; ///< "usb" or "virtual"
    std::vector<Measurement> measurements;
};

/// How a lot went. Counts are of units, by the outcome of each unit's latest run.
struct LotSummary {
    std::string lot;
    unsigned planned = 0;
    unsigned passed = 0;
    unsigned failed = 0;
    unsigned errors = 0;
    unsigned aborted = 0;
    unsigned passedFirstRun = 0;

    unsigned tested() const { return passed + failed + errors + aborted; }
    /// First-pass yield in 0…1: units that passed on run 1, of those judged (passed or failed); 0 when none
    /// was.
    double firstPassYield() const;
    /// 0, 1, 3 or 130 as in docs/cli.md: units that were never tested count as not told.
    int exitStatus(bool stopped) const;
};

} // namespace framegate
