// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "station/bench_access.h"

#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// One attached Pico.
struct BoardListing {
    std::optional<int> slot; ///< the station's slot on this port
    UsbPortPath port;
    std::string usbId;      ///< "1209:0001"
    std::string state;      ///< "firmware", "bootsel", "other" (a Pico with other firmware), "unreachable"
    std::string boardId;    ///< as the firmware says; else empty
    std::string firmware;   ///< likewise
    std::string trouble;    ///< why it could not be greeted, or that another board is in the slot; else empty
    std::string expectedId; ///< the board that the station file has in the slot; empty: any
    /// Whether another board is in the slot, as far as both are known.
    bool swapped() const { return !expectedId.empty() && !boardId.empty() && boardId != expectedId; }
};

/// Every Pico attached, in order of port path; boards that run the firmware are greeted.
/// Errors: those of UsbBackend::devices.
Result<std::vector<BoardListing>> surveyBoards(BenchAccess& bench);

} // namespace framegate
