// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/messages.h"

#include <cstdint>
#include <optional>

namespace framegate::simulation {

/// Where on the way to the host something goes wrong with the USB link: at a byte, counted from the unit's
/// power-up, or in each packet of 64 bytes with a probability.
struct LinkFault {
    std::optional<std::uint64_t> atByte;
    double probability = 0;
    bool operator==(const LinkFault&) const = default;
};

/// What is wrong with the Pico or its USB link.
struct BoardFaults {
    bool operator==(const BoardFaults&) const = default;
    std::optional<wire::Opcode> hangsAt; ///< the firmware stops answering at this request
    LinkFault disconnects;               ///< the device leaves the bus
    LinkFault stalls;                    ///< one transfer stalls
    LinkFault corrupts;                  ///< a bit flips in a buffer
    LinkFault drops;                     ///< a packet is missing in a buffer
};

} // namespace framegate::simulation
