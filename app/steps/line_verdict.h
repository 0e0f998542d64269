// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/messages.h"

#include <cstdint>
#include <string>

namespace framegate {

/// What the levels of the wires and the supply say of the unit in the slot.
enum class WireState {
    Whole,       ///< nothing wrong is to be seen
    EmptySlot,   ///< no wire is loaded, no current flows: nobody is there
    NotTold,     ///< something is wrong, and it may be the fixture's as well as the unit's
    Unpowered,   ///< a module is there, and the fixture's supply does not reach it
    SupplyShort, ///< the rail has collapsed under its current
    Short,       ///< a wire is held, or two follow each other
    BusWireOpen, ///< SDA or SCL lacks the module's pull-up
};

struct WireVerdict {
    WireState state = WireState::Whole;
    std::string code;   ///< of the failure, or of the error for EmptySlot and NotTold; empty for Whole
    std::string detail; ///< which wires, and by what it is known
};

/// Judges the wires of a powered slot. Where the board does not measure the current, an empty slot is none of
/// its findings, and an open GND looks whole. What a dead supply of the fixture gives too is never the
/// unit's. Pure.
///
/// What levels cannot show: an open CS, SCK, MOSI or MISO, whose inputs load nothing.
WireVerdict judgeWires(const wire::LineTestDone& lines);

/// How long the wire took to rise, ns; wire::neverRose if it did not.
std::uint32_t riseNs(const wire::LineTestDone& lines, wire::Line line);

/// "CS", "SDA", …
std::string lineName(wire::Line line);

} // namespace framegate
