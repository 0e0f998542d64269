// SPDX-License-Identifier: MIT
//
// Sensors and carrier boards as constants: what recipes.h is made of.
#pragma once

#include <cstdint>
#include <span>

namespace framegate::driver {

/// A write to a sensor register. Bits outside the mask stay what they are.
struct RegisterWrite {
    std::uint8_t bank;
    std::uint16_t address;
    std::uint8_t value;
    std::uint8_t mask;
};

/// A register whose value tells which sensor this is.
struct Identity {
    std::uint8_t bank;
    std::uint16_t address;
    std::span<const std::uint8_t> accepted;
};

/// A picture size and all that must be written for it, whatever size was set before.
struct Size {
    std::uint16_t width;
    std::uint16_t height;
    std::span<const RegisterWrite> writes;
};

struct Sensor {
    const char* name;
    std::uint8_t i2cAddress;   ///< 7 bits
    std::uint8_t addressBytes; ///< of a register address: 1 or 2
    std::int16_t bankRegister; ///< that selects the bank; -1: there are no banks
    std::uint32_t i2cHz;
    std::uint32_t
        writePauseUs; ///< from STOP of a register write to the next START: without it, writes get lost
    std::uint32_t resetWaitUs;
    std::span<const Identity> identity;
    RegisterWrite softReset;
    std::span<const RegisterWrite> start; ///< after the soft reset
    std::span<const Size> sizes;          ///< in ascending order
};

/// A write to a register of the ArduChip, and how long to wait after it.
struct ArduchipWrite {
    std::uint8_t address;
    std::uint8_t value;
    std::uint32_t waitUs;
};

struct Carrier {
    const char* name;
    std::uint32_t fifoBytes;
    std::uint8_t dummyBytes; ///< before the first byte of a picture
    std::uint8_t doneMask;   ///< of ArduChip register 0x41
    std::uint32_t spiHz;
    std::uint8_t standbyRegister;
    std::uint8_t standbyMask;
    bool standbyIsHigh;
    std::uint32_t wakeUs;
    std::span<const ArduchipWrite> start;
};

} // namespace framegate::driver
