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

/// What, written to ArduChip register 0x04, sets the FIFO's read pointer back to the picture's first byte.
/// Probed, never trusted.
enum class Rewind {
    Unknown, ///< nobody knows; it has to be tried
    None,    ///< nothing does
    Bit0x10,
    Bit0x20,
    Bit0x30, ///< only both bits together
};

/// The value to write for \a rewind; 0 where there is none.
constexpr std::uint8_t rewindValue(Rewind rewind) {
    switch (rewind) {
    case Rewind::Bit0x10:
        return 0x10;
    case Rewind::Bit0x20:
        return 0x20;
    case Rewind::Bit0x30:
        return 0x30;
    default:
        return 0;
    }
}

/// How the board puts its sensor into standby.
struct StandbyControl {
    std::uint8_t address = 0x06;             ///< ArduChip register
    std::uint8_t mask = 0x02;                ///< its bit
    bool standbyIsHigh = true;               ///< the bit's level in standby
    std::chrono::milliseconds wakeTime{800}; ///< from leaving standby until the sensor works
};

/// An ArduCAM carrier board as data (fixtures/boards). A value.
struct BoardDescription {
    std::string name;                   ///< "mini-2mp-plus"
    std::vector<std::uint8_t> versions; ///< accepted values of ArduChip register 0x40
    std::vector<std::string> sensor;    ///< names of those it may carry; empty: any
    std::size_t fifoBytes = 0;          ///< capacity of the frame FIFO
    std::size_t dummyBytes = 0;         ///< bytes before the first picture byte of a burst: 0 or 1
    std::size_t zeroTailBytes = 0;      ///< zero bytes allowed after the end of the picture
    std::uint32_t spiHzMax = 0;         ///< fastest SPI clock
    Rewind rewind = Rewind::Unknown;
    std::uint8_t doneMask = 0x08;  ///< of ArduChip register 0x41: the capture is done
    std::uint8_t vsyncMask = 0x01; ///< of the same register: VSYNC as it is now, says nothing of the capture
    StandbyControl standby;
    std::vector<ArduchipWrite> start;     ///< start-up writes, in order
    std::vector<std::string> provisional; ///< fields that no primary source settles
    std::string sha256;                   ///< of the file
};

} // namespace framegate
