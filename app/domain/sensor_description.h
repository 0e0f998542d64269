// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// Where a sensor register is: its bank (always 0 on sensors without banks) and its address.
struct RegisterAddress {
    std::uint8_t bank = 0;
    std::uint16_t address = 0;
    auto operator<=>(const RegisterAddress&) const = default;
};

/// One register write of a start-up or size table, in the order in which it must be sent.
struct RegisterWrite {
    RegisterAddress at;
    std::uint8_t value = 0;
    bool readable = true; ///< false: reading it back says nothing (self-clearing, index ports, live values)
    /// Whether the register holds the value until it is written again, so that it is part of the register
    /// image. False for indices, data ports, strobes and self-clearing bits.
    bool kept = true;
    /// The bits that are meant. The others stay what they are, and are not compared.
    std::uint8_t mask = 0xFF;
};

/// What registers hold, by address.
using RegisterImage = std::map<RegisterAddress, std::uint8_t>;

/// A register whose value tells which sensor this is.
struct IdentityRegister {
    RegisterAddress at;
    std::vector<std::uint8_t> accepted;
};

/// A part of what the lens shows to the array, in shares of its width and height.
struct FieldShare {
    double left = 0;
    double top = 0;
    double width = 1;
    double height = 1;
};

/// One JPEG size and what programs it. The writes are complete: they set every register that any size sets,
/// so that after them the size is right whatever was set before. They begin with the sensor's `hold` and end
/// with its `release`.
struct SensorMode {
    Resolution size;
    std::vector<RegisterWrite> writes;
    FieldShare field{}; ///< what it shows
};

/// When a size counts as settled: enough valid frames in a row whose lengths differ little.
struct SettleRule {
    unsigned stableFrames = 2;
    double lengthTolerance = 0.1; ///< relative to the longer of two frames
    std::chrono::milliseconds limit{3000};
};

/// The register that sets the JPEG quantisation; a smaller value is a finer picture.
struct JpegQuality {
    RegisterAddress at;
    std::uint8_t finest = 0;
    std::uint8_t coarsest = 0;
    std::uint8_t standard = 0; ///< what start-up leaves
};

/// Where a sensor shows the exposure and the gain in force.
struct ExposureRegisters {
    /// Some bits of a register.
    struct Bits {
        RegisterAddress at;
        std::uint8_t mask = 0xFF; ///< neighbours, at any place of the byte
    };
    std::vector<Bits> time;    ///< the high bits first
    unsigned unitsPerLine = 1; ///< of that time
    /// Likewise; sixteenths above one in the lowest four bits, a doubling for each bit above.
    std::vector<Bits> gain;
};

/// A sensor as data: what to write for start-up and for each size (fixtures/sensors). A value.
struct SensorDescription {
    std::string name;                         ///< "ov2640"
    std::uint8_t i2cAddress = 0;              ///< 7 bits
    std::uint8_t addressBytes = 1;            ///< bytes of a register address: 1 or 2
    std::optional<std::uint8_t> bankRegister; ///< register that selects the bank, on sensors that have banks
    std::vector<IdentityRegister> identity;
    RegisterWrite softReset;
    std::vector<RegisterWrite> base;    ///< start-up, after the soft reset
    std::vector<RegisterWrite> hold;    ///< stops the output before the size changes; may be empty
    std::vector<RegisterWrite> release; ///< starts it again; may be empty
    std::vector<SensorMode> modes;      ///< in ascending size
    SettleRule settle;
    std::chrono::microseconds writePause{0}; ///< least pause from STOP of a register write to the next START
    std::uint32_t i2cHzMax = 100'000;        ///< fastest I2C clock
    std::optional<JpegQuality> jpegQuality;  ///< none: the quality cannot be set
    std::vector<RegisterWrite> freezeAuto;  ///< exposure, gain and white balance stay at their current values
    std::vector<RegisterWrite> releaseAuto; ///< and are automatic again
    std::optional<ExposureRegisters> exposure; ///< none: nobody knows where it is shown
    std::vector<RegisterWrite> bareArray; ///< what repairs bad pixels is off; empty: it cannot be switched
    std::vector<RegisterWrite> repairedArray;  ///< and on again: the same registers and bits
    std::vector<RegisterWrite> testPattern;    ///< colour bars in place of the scene; empty: it has none
    std::vector<RegisterWrite> testPatternOff; ///< and the scene again: the same registers and bits
    /// Golden units have shown that two frames of the test pattern are the same in every bit. Until then a
    /// difference fails nobody.
    bool barsRepeatExactly = false;
    std::vector<std::string> provisional; ///< fields that no primary source settles
    std::string sha256;                   ///< of the file

    /// The mode of exactly this size, or null.
    const SensorMode* mode(Resolution size) const;
    /// What registers hold after start-up and this size: base overlaid by the mode's writes, in order of
    /// address, without registers that are not kept. Empty for a size the sensor does not have.
    std::vector<RegisterWrite> image(Resolution size) const;
    /// What must be written, in order of address, to get from registers that hold \a current to \a target's
    /// image; a register of which \a current says nothing is written. Without `hold` and `release`.
    std::vector<RegisterWrite> changes(const RegisterImage& current, Resolution target) const;
    /// Sets the JPEG quality of one size; the other sizes keep theirs. False where there is no such size, no
    /// `jpegQuality`, or \a value is outside its range.
    bool setQuality(Resolution size, std::uint8_t value);
};

/// The last value of each kept register that \a writes write, in order of address. A register is readable
/// only if every write to it says so.
std::vector<RegisterWrite> imageOf(const std::vector<RegisterWrite>& writes);

} // namespace framegate
