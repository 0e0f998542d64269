// SPDX-License-Identifier: MIT
#include "sim/ov2640.h"

namespace framegate::sim {
namespace {

constexpr unsigned dsp = 0;
constexpr unsigned sensor = 1;
constexpr std::uint8_t bankSelect = 0xFF;
constexpr std::uint8_t gain = 0x00;
constexpr std::uint8_t com7 = 0x12;  // bit 7: soft reset, bit 1: colour bars
constexpr std::uint8_t reg04 = 0x04; // bits 1:0: exposure 1:0
constexpr std::uint8_t aec = 0x10;   // exposure 9:2
constexpr std::uint8_t reg45 = 0x45; // bits 5:0: exposure 15:10
constexpr std::uint8_t com8 = 0x13;  // bit 0: automatic exposure
constexpr std::uint8_t com2 = 0x09;  // bit 4: standby
constexpr std::uint8_t qs = 0x44;
constexpr std::uint8_t ctrl3 = 0x87; // bits 7 and 6: black and white pixels corrected
constexpr std::uint8_t hold = 0xE0;  // bit 2: parallel bus, bit 4: JPEG encoder held

// Later parts read 0x2642, early ones 0x2641. 204 lines of exposure is what the sensor wakes up with, 1248
// are those of a frame; a reset leaves CIF.
constexpr std::uint16_t ownId = 0x2642;
constexpr SensorTraits ov2640Traits = {0x30, 1, 0x5642, 352, 288, 204, 1248};

/// Array read-out of a sensor mode: what the DSP's windows must lie in, and the frame rate at full clock.
struct ReadOut {
    std::uint16_t width;
    std::uint16_t height;
    unsigned framesPerSecond;
};

/// COM7 bits 6:4 (datasheet: UXGA 15, SVGA 30, CIF 60 frames a second).
ReadOut readOutOf(std::uint8_t com7Value) {
    switch (com7Value >> 4 & 7) {
    case 4:
        return {800, 600, 30};
    case 2:
        return {400, 296, 60};
    default:
        return {1600, 1200, 15};
    }
}

struct ResetValue {
    std::uint8_t address;
    std::uint8_t value;
};

// Values after a reset, for the documented registers where they are not zero (datasheet, tables 12 and 13).
// Provisional but for AEW, AEB, VV: no module has been read yet.
constexpr ResetValue dspResetValues[] = {
    {0x05, 0x01}, {0x44, 0x0C}, {0x51, 0x40}, {0x52, 0xF0}, {0x55, 0x08}, {0x5A, 0x58},
    {0x5B, 0x48}, {0x86, 0x0D}, {0x87, 0x50}, {0xC0, 0x80}, {0xC1, 0x60}, {0xC2, 0x0C},
    {0xC3, 0xFF}, {0xD3, 0x82}, {0xE0, 0x04}, {0xF0, 0x04}, {0xF7, 0x60}, {0xF9, 0x40},
};
constexpr ResetValue sensorResetValues[] = {
    {0x03, 0x0F}, {0x04, 0x20}, {0x0C, 0x38}, {0x10, 0x33}, {0x13, 0xC7}, {0x14, 0x50}, {0x17, 0x11},
    {0x18, 0x75}, {0x19, 0x01}, {0x1A, 0x97}, {0x1C, 0x7F}, {0x1D, 0xA2}, {0x24, 0x78}, {0x25, 0x68},
    {0x26, 0xD4}, {0x32, 0x36}, {0x34, 0x20}, {0x4F, 0xCA}, {0x50, 0xA8}, {0x61, 0x80}, {0x62, 0x90},
};

} // namespace

Ov2640::Ov2640(const Faults& faults, Scene& scene, std::uint64_t seed)
    : Sensor(faults, scene, seed, ov2640Traits) {}

std::uint8_t Ov2640::reg(unsigned bank, std::uint16_t address) const {
    return banks_[bank][address & 0xFF];
}

void Ov2640::resetRegisters(std::uint16_t id) {
    for (auto& bank : banks_)
        bank.fill(0);
    for (const auto& [address, value] : dspResetValues)
        banks_[dsp][address] = value;
    for (const auto& [address, value] : sensorResetValues)
        banks_[sensor][address] = value;
    const auto shown = id != 0 ? id : ownId;
    banks_[sensor][0x0A] = static_cast<std::uint8_t>(shown >> 8);
    banks_[sensor][0x0B] = static_cast<std::uint8_t>(shown);
    bank_ = sensor;
}

bool Ov2640::store(std::uint16_t address, std::uint8_t value) {
    if (address == bankSelect) {
        bank_ = value & 1;
        return false;
    }
    const bool identity =
        bank_ == sensor && (address == 0x0A || address == 0x0B || address == 0x1C || address == 0x1D);
    if (identity) return false;
    banks_[bank_][address] = value;
    return bank_ == sensor && address == com7 && (value & 0x80) != 0;
}

std::uint8_t Ov2640::load(std::uint16_t address, const ExposureChoice& exposure) const {
    if (address == bankSelect) return bank_;
    const auto written = banks_[bank_][address];
    if (bank_ != sensor) return written;
    switch (address) { // live values
    case reg04:
        return static_cast<std::uint8_t>((written & ~3U) | (exposure.time & 3U));
    case aec:
        return static_cast<std::uint8_t>(exposure.time >> 2);
    case reg45:
        return static_cast<std::uint8_t>((written & ~0x3FU) | (exposure.time >> 10 & 0x3FU));
    case gain:
        return exposure.gain;
    default:
        return written;
    }
}

std::optional<ExposureChoice> Ov2640::manualExposure() const {
    const auto& r = banks_[sensor];
    if ((r[com8] & 1) != 0) return std::nullopt;
    return ExposureChoice{(r[reg04] & 3U) | unsigned{r[aec]} << 2 | (r[reg45] & 0x3FU) << 10, r[gain]};
}

void Ov2640::keepExposure(const ExposureChoice& exposure) {
    auto& r = banks_[sensor];
    r[reg04] = static_cast<std::uint8_t>((r[reg04] & ~3U) | (exposure.time & 3U));
    r[aec] = static_cast<std::uint8_t>(exposure.time >> 2);
    r[reg45] = static_cast<std::uint8_t>((r[reg45] & ~0x3FU) | (exposure.time >> 10 & 0x3FU));
    r[gain] = exposure.gain;
}

bool Ov2640::windowFits(std::uint16_t width, std::uint16_t height) const {
    const auto& r = banks_[dsp];
    const auto readOut = readOutOf(banks_[sensor][com7]);
    // C0, C1, 8C: read-out size in units of 8 pixels with the low bits in 8C.
    const unsigned in_width = r[0xC0] * 8U + (r[0x8C] >> 3 & 7U);
    const unsigned in_height = r[0xC1] * 8U + (r[0x8C] & 7U);
    // 51, 52, 55, 57: the window that is scaled, in units of 4 pixels.
    const unsigned window_width = (r[0x51] | (r[0x55] >> 3 & 1U) << 8 | (r[0x57] >> 7 & 1U) << 9) * 4;
    const unsigned window_height = (r[0x52] | (r[0x55] >> 7 & 1U) << 8) * 4;
    const unsigned divide_h = 1U << (r[0x50] & 7U);
    const unsigned divide_v = 1U << (r[0x50] >> 3 & 7U);
    return in_width == readOut.width && in_height == readOut.height && window_width <= in_width &&
           window_height <= in_height && window_width / divide_h >= width &&
           window_height / divide_v >= height;
}

Sensor::Mode Ov2640::modeOfRegisters() const {
    const auto& r = banks_[dsp];
    Mode mode;
    mode.frames = (banks_[sensor][com2] & 0x10) == 0 && (r[hold] & 0x04) == 0;
    mode.jpeg = (r[0xDA] & 0x10) != 0 && (r[0x05] & 1) == 0 && (r[hold] & 0x10) == 0;
    mode.width = static_cast<std::uint16_t>((r[0x5A] | (r[0x5C] & 3U) << 8) * 4);
    mode.height = static_cast<std::uint16_t>((r[0x5B] | (r[0x5C] >> 2 & 1U) << 8) * 4);
    mode.fits = mode.width > 0 && mode.height > 0 && windowFits(mode.width, mode.height);
    const unsigned divider = (banks_[sensor][0x11] & 0x3FU) + 1;
    mode.period = 1'000'000'000ULL * divider / readOutOf(banks_[sensor][com7]).framesPerSecond;
    return mode;
}

Sensor::Encoding Ov2640::encodingOfRegisters() const {
    return {(banks_[sensor][com7] & 0x02) != 0, banks_[dsp][qs], (banks_[dsp][ctrl3] & 0xC0) == 0xC0};
}

} // namespace framegate::sim
