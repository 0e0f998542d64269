// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/messages.h"

#include <cstdint>
#include <optional>

namespace framegate::simulation {

/// What is wrong with the Pico or its USB link. Bytes count from the unit's power-up, in the direction
/// named.
struct BoardFaults {
    bool operator==(const BoardFaults&) const = default;
    std::optional<wire::Opcode> hangsAt;            ///< the firmware stops answering at this request
    std::optional<std::uint64_t> disconnectsAtByte; ///< to the host: the device leaves the bus
    std::optional<std::uint64_t> stallsAtByte;      ///< to the host: one transfer stalls
    std::optional<std::uint64_t> corruptsAtByte;    ///< to the host: this byte has a bit flipped in a buffer
};

} // namespace framegate::simulation
