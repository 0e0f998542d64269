// SPDX-License-Identifier: MIT
#pragma once

#include "pico/pico_board.h"

#include <cstdint>
#include <optional>

namespace framegate::firmware {

/// The pico-sdk's reset interface (protocol/usb_identity.h), by which picotool and other flashers take a
/// board out of its firmware. Acknowledges, where the SDK's own just goes. There is one, as TinyUSB's
/// callbacks know no other.
class ResetInterface {
public:
    static ResetInterface& only();

    /// What the host has asked for since the last call.
    std::optional<Departure> take();
    /// A class request to the interface; false: none of its own.
    bool asked(std::uint8_t request, std::uint16_t value);

private:
    std::optional<Departure> departure_;
};

} // namespace framegate::firmware
