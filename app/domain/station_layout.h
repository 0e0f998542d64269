// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/usb_port_path.h"

#include <cstdint>
#include <string>
#include <vector>

namespace framegate {

/// One place of the fixture, fixed by where its Pico is plugged in.
struct SlotLayout {
    int number = 1; ///< as printed on the fixture, from 1
    UsbPortPath port;
    std::string boardId = {}; ///< of the Pico that belongs there, as its firmware says; empty: any
};

/// What another board in a slot than the station file names means.
enum class SwappedBoards : std::uint8_t {
    Note,   ///< runs say so and go on
    Refuse, ///< nothing is tested there
};

/// A station and its slots (fixtures/stations). A value.
struct StationLayout {
    std::string name = "station-1";
    std::vector<SlotLayout> slots;
    SwappedBoards swappedBoards = SwappedBoards::Note;
};

} // namespace framegate
