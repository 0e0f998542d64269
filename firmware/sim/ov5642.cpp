// SPDX-License-Identifier: MIT
#include "sim/ov5642.h"

#include <algorithm>

namespace framegate::sim {
namespace {

constexpr std::uint16_t firstRegister = 0x3000; // to 0x5FFF; elsewhere nothing answers to a value
constexpr std::uint16_t endOfRegisters = 0x6000;

constexpr std::uint16_t blockReset2 = 0x3002; // bits 3:2: JPEG encoder held
constexpr std::uint16_t system = 0x3008;      // bit 7: soft reset, bit 6: power-down
constexpr std::uint16_t idHigh = 0x300A;
constexpr std::uint16_t idLow = 0x300B;
constexpr std::uint16_t pads1 = 0x3017; // VSYNC, HREF, PCLK and data drive
constexpr std::uint16_t pads2 = 0x3018;
constexpr std::uint16_t exposureHigh = 0x3500; // 19:16 to 3502, in sixteenths of a line
constexpr std::uint16_t exposureMid = 0x3501;
constexpr std::uint16_t exposureLow = 0x3502;
constexpr std::uint16_t aecManual = 0x3503; // bit 0
constexpr std::uint16_t gainHigh = 0x350A;  // bit 8 and up of the gain, never reached here
constexpr std::uint16_t gainLow = 0x350B;
constexpr std::uint16_t longestHigh = 0x350C;
constexpr std::uint16_t windowSize = 0x3804; // width, height
constexpr std::uint16_t outputSize = 0x3808; // width, height
constexpr std::uint16_t lineClocks = 0x380C;
constexpr std::uint16_t frameLines = 0x380E;
constexpr std::uint16_t format = 0x4300; // high half: 3 is YUV 4:2:2, what the encoder takes
constexpr std::uint16_t jpegScale = 0x4407;
constexpr std::uint16_t jpegMode = 0x4713;
constexpr std::uint16_t testPattern = 0x503D; // bit 7
constexpr std::uint16_t ispControl0 = 0x5000; // bits 2 and 1: black and white pixels corrected
constexpr std::uint16_t ispControl1 = 0x5001; // bit 5: scaler

constexpr std::uint16_t arrayWidth = 2592;
constexpr std::uint16_t arrayHeight = 1944;
constexpr std::uint16_t ownId = 0x5642;
// 6.4 million clocks a frame at 7.5 frames a second: the vendor's comment on its JPEG settings.
constexpr std::uint64_t pixelClockHz = 48'000'000;
// An OV5640 shares the bus address. 400 lines of exposure is what the scene needs, of the 2000 of
// a frame.
constexpr SensorTraits ov5642Traits = {0x3C, 2, 0x5640, 320, 240, 400 * 16, 2000 * 16};

struct ResetValue {
    std::uint16_t address;
    std::uint8_t value;
};

// Values after a reset of what is modelled, as far as drivers that read before they write show them; the
// pads do not drive, and the format is no JPEG.
constexpr ResetValue resetValues[] = {
    {system, 0x02},    {0x3004, 0xFF}, {0x3005, 0xF7}, {0x3006, 0x03}, {0x3007, 0x3F}, {0x3103, 0x91},
    {0x3804, 0x0A},    {0x3805, 0x20}, {0x3806, 0x07}, {0x3807, 0x98}, {0x3808, 0x0A}, {0x3809, 0x20},
    {0x380A, 0x07},    {0x380B, 0x98}, {0x380C, 0x0C}, {0x380D, 0x80}, {0x380E, 0x07}, {0x380F, 0xD0},
    {jpegScale, 0x0C}, {0x5000, 0x06}, {0x5001, 0x01},
};

} // namespace

Ov5642::Ov5642(const Faults& faults, Scene& scene, std::uint64_t seed)
    : Sensor(faults, scene, seed, ov5642Traits), registers_(endOfRegisters - firstRegister) {}

std::uint8_t Ov5642::reg(unsigned, std::uint16_t address) const {
    const bool known = address >= firstRegister && address < endOfRegisters;
    return known ? registers_[address - firstRegister] : std::uint8_t{0};
}

std::uint16_t Ov5642::word(std::uint16_t address) const {
    return static_cast<std::uint16_t>(reg(0, address) << 8 | reg(0, static_cast<std::uint16_t>(address + 1)));
}

void Ov5642::resetRegisters(std::uint16_t id) {
    std::fill(registers_.begin(), registers_.end(), std::uint8_t{0});
    for (const auto& [address, value] : resetValues)
        registers_[address - firstRegister] = value;
    const auto shown = id != 0 ? id : ownId;
    registers_[idHigh - firstRegister] = static_cast<std::uint8_t>(shown >> 8);
    registers_[idLow - firstRegister] = static_cast<std::uint8_t>(shown);
}

bool Ov5642::store(std::uint16_t address, std::uint8_t value) {
    if (address < firstRegister || address >= endOfRegisters) return false;
    if (address == idHigh || address == idLow) return false;
    if (address == system && (value & 0x80) != 0) return true;
    registers_[address - firstRegister] = value;
    return false;
}

std::uint8_t Ov5642::load(std::uint16_t address, const ExposureChoice& exposure) const {
    switch (address) { // live values
    case exposureHigh:
        return static_cast<std::uint8_t>(exposure.time >> 16 & 0x0F);
    case exposureMid:
        return static_cast<std::uint8_t>(exposure.time >> 8);
    case exposureLow:
        return static_cast<std::uint8_t>(exposure.time);
    case gainHigh:
        return 0;
    case gainLow:
        return exposure.gain;
    case longestHigh:
    case longestHigh + 1:
        return reg(0, static_cast<std::uint16_t>(frameLines + address - longestHigh));
    default:
        return reg(0, address);
    }
}

std::optional<ExposureChoice> Ov5642::manualExposure() const {
    if ((reg(0, aecManual) & 1) == 0) return std::nullopt;
    return ExposureChoice{unsigned{reg(0, exposureHigh)} << 16 | word(exposureMid), reg(0, gainLow)};
}

void Ov5642::keepExposure(const ExposureChoice& exposure) {
    for (const std::uint16_t address : {exposureHigh, exposureMid, exposureLow, gainHigh, gainLow})
        registers_[address - firstRegister] = load(address, exposure);
}

/// The window lies on the array, the picture is no larger than it, and what is smaller goes through the
/// scaler.
bool Ov5642::windowFits(const Mode& mode) const {
    const auto width = word(windowSize);
    const auto height = word(windowSize + 2);
    const bool scales = (reg(0, ispControl1) & 0x20) != 0;
    const bool whole = mode.width == width && mode.height == height;
    return mode.width > 0 && mode.height > 0 && width <= arrayWidth && height <= arrayHeight &&
           mode.width <= width && mode.height <= height && (scales || whole) && word(lineClocks) >= width &&
           word(frameLines) >= height;
}

bool Ov5642::encoderRuns() const {
    const auto mode = reg(0, jpegMode);
    return (reg(0, blockReset2) & 0x0C) == 0 && reg(0, format) >> 4 == 3 && (mode == 2 || mode == 3) &&
           reg(0, jpegScale) > 0;
}

Sensor::Mode Ov5642::modeOfRegisters() const {
    Mode mode;
    const bool drives = (reg(0, pads1) & 0x7F) == 0x7F && (reg(0, pads2) & 0xFC) == 0xFC;
    const std::uint64_t clocks = std::uint64_t{word(lineClocks)} * word(frameLines);
    mode.frames = (reg(0, system) & 0x40) == 0 && drives && clocks > 0;
    mode.jpeg = encoderRuns();
    mode.width = word(outputSize);
    mode.height = word(outputSize + 2);
    mode.fits = windowFits(mode);
    mode.period = clocks * 1'000'000'000 / pixelClockHz;
    return mode;
}

Sensor::Encoding Ov5642::encodingOfRegisters() const {
    return {(reg(0, testPattern) & 0x80) != 0, reg(0, jpegScale), (reg(0, ispControl0) & 0x06) == 0x06};
}

} // namespace framegate::sim
