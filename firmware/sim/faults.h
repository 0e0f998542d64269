// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace framegate::sim {

/// A wire between the Pico and the module.
enum class Pin : std::uint8_t { Cs, Sck, Mosi, Miso, Sda, Scl, Vcc, Gnd };

/// Two wires that touch at the module's header.
struct ShortedPair {
    Pin first = Pin::Miso;
    Pin second = Pin::Gnd;
    bool operator==(const ShortedPair&) const = default;
};

/// The wires next to \a pin on the header of a Mini: CS MOSI MISO SCK GND VCC SDA SCL. The first and the last
/// have one neighbour.
std::vector<Pin> neighboursOf(Pin pin);

/// A data line of the sensor's parallel bus that never changes.
struct StuckBit {
    std::uint8_t bit = 0;
    bool level = false;
    bool operator==(const StuckBit&) const = default;
};

/// Register addresses, first and last.
struct RegisterRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0xFFFF;
    bool operator==(const RegisterRange&) const = default;
};

/// What is physically wrong with a module, its wires or its timing. Every knob at its default is a good
/// module. Nothing here says what anybody will see: that follows.
struct Faults {
    std::uint32_t writeBusyUs = 0; ///< for that long after a data byte's ACK the next data byte is lost
    bool writeBusyOnlyStreaming = false;
    std::vector<RegisterRange> writeBusyRegisters; ///< whose data bytes can be lost; none named: all
    std::uint32_t resetBusyMs = 0;                 ///< writes are lost for that long after a soft reset
    std::uint32_t settleMs = 0;                    ///< after a change of size frames are broken for that long
    double nackProbability = 0;                    ///< a transaction, at its address byte
    std::uint32_t openPins = 0;                    ///< bit per Pin: the wire is broken
    std::vector<ShortedPair> shorts;
    double spiBitErrorRate8MHz = 0;   ///< on MISO; ten times less for each MHz below 8
    std::optional<StuckBit> stuckBit; ///< before the FIFO
    bool rotateBytes = false;         ///< every byte out is rotated left by one
    bool dummyByte = false;           ///< an extra byte before a frame's first, which the length leaves out
    std::optional<std::uint16_t> sensorId; ///< in the identity registers
    bool otherSensor = false;              ///< the identity of a sensor that this one may be confused with
    bool sensorDead = false;
    bool absent = false;
    bool standbyLeft = false;   ///< the power-down bit is set when the Pico starts
    bool standbyStuck = false;  ///< and cannot be cleared
    bool vsyncPolarity = false; ///< the module's VSYNC comes inverted
    bool neverDone = false;
    std::uint32_t staleBytes = 0;   ///< of the previous frame, in front of the next
    bool staleBehind = false;       ///< behind it instead
    bool overflow = false;          ///< the sensor never ends the frame
    double glitchProbability = 0;   ///< a frame
    bool noEoi = false;             ///< the frame ends early
    std::uint32_t bitFlips = 0;     ///< a capture, in the entropy-coded part
    std::uint16_t ignoredWidth = 0; ///< a size that the sensor does not change to
    std::uint16_t ignoredHeight = 0;
    std::uint16_t brownoutWidth = 0; ///< a size at which the supply dips while a frame is sent
    std::uint16_t brownoutHeight = 0;

    bool open(Pin pin) const { return (openPins >> static_cast<unsigned>(pin) & 1U) != 0; }
    bool operator==(const Faults&) const = default;
    void breakWire(Pin pin) { openPins |= 1U << static_cast<unsigned>(pin); }
};

} // namespace framegate::sim
