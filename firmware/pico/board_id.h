// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace framegate::firmware {

/// What tells this board from others, also where the firmware runs from RAM: the unique id of an RP2040's
/// flash chip, the chip id of an RP2350. Read once.
const std::array<std::uint8_t, 8>& boardId();
/// The same as sixteen hexadecimal digits: the USB serial number.
const char* boardIdText();

} // namespace framegate::firmware
