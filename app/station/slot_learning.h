// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "domain/station_layout.h"
#include "usb/usb_backend.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// What is to be learnt: where the boards of these slots are plugged in.
struct SlotsToLearn {
    std::string station = "station-1";
    std::vector<int> numbers; ///< in the order in which they are asked for
    SwappedBoards swappedBoards = SwappedBoards::Note;
};

/// Somebody at the station, who is told what to do.
using SayToOperator = std::function<void(const std::string&)>;
/// Asks, and gives the line that was answered. Errors: NotAvailable `NO_OPERATOR`, Cancelled.
using AskOperator = std::function<Result<std::string>(const std::string&, std::stop_token)>;

/// One board after another is plugged in, in the order of the slots; each is learnt when it has stayed for
/// half a second. Two at once, a board whose port or id belongs to another slot, are refused: they are to be
/// unplugged again. Boards that are there at the beginning do not count until they have been unplugged.
/// Waits as long as it takes. Errors: Cancelled; `USB_LIST`.
Result<StationLayout> learnByPlugging(UsbBackend& usb, Clock& clock, const SlotsToLearn& slots,
                                      const SayToOperator& say, std::stop_token stop);

/// Boards that run the test firmware blink one after another, and somebody says which slot it is; an empty
/// answer leaves that board out. Every slot must be found.
/// Errors: those of asking; NotFound `LEARN_INCOMPLETE`; Cancelled; `USB_LIST`.
Result<StationLayout> learnByBlinking(UsbBackend& usb, const SlotsToLearn& slots, const SayToOperator& say,
                                      const AskOperator& ask, std::stop_token stop);

/// Which board a Pico is, as its firmware says, or, in BOOTSEL, as the boot ROM does; of other firmware as
/// its USB serial number does, if that is such an id. Empty where nobody can tell.
std::string boardIdOf(UsbBackend& usb, const UsbDevice& device, const std::stop_token& stop);

/// A station file.
std::string stationToml(const StationLayout& layout);

} // namespace framegate
