// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace framegate {

/// One ArduChip register write of a board's start-up, and how long to wait after it.
struct ArduchipWrite {
    std::uint8_t address = 0; ///< 0x00…0x7F
    std::uint8_t value = 0;
    std::chrono::milliseconds wait{0};
};

/// An ArduCAM carrier board as data (fixtures/boards). A value.
struct BoardDescription {
    std::string name;                     ///< "mini-2mp-plus"
    std::vector<std::uint8_t> versions;   ///< accepted values of ArduChip register 0x40
    std::size_t fifoBytes = 0;            ///< capacity of the frame FIFO
    std::size_t dummyBytes = 0;           ///< bytes before the first picture byte of a burst: 0 or 1
    std::size_t zeroTailBytes = 0;        ///< zero bytes allowed after the end of the picture
    std::uint32_t spiHzMax = 0;           ///< fastest SPI clock
    std::vector<ArduchipWrite> start;     ///< start-up writes, in order
    std::vector<std::string> provisional; ///< fields that no primary source settles
    std::string sha256;                   ///< of the file
};

} // namespace framegate
