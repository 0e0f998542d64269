// SPDX-License-Identifier: MIT
#include "sim/ov2640.h"

#include "sim/jpeg_engine.h"

#include <algorithm>
#include <cmath>

namespace framegate::sim {
namespace {

constexpr unsigned dsp = 0;
constexpr unsigned sensor = 1;
constexpr std::uint8_t address7 = 0x30;
constexpr std::uint8_t bankSelect = 0xFF;
constexpr std::uint8_t com7 = 0x12;
constexpr std::uint8_t reg04 = 0x04; // bits 1:0: exposure 1:0
constexpr std::uint8_t aec = 0x10;   // exposure 9:2
constexpr std::uint8_t reg45 = 0x45; // bits 5:0: exposure 15:10
constexpr std::uint8_t com8 = 0x13;  // bit 0: automatic exposure
constexpr std::uint8_t com2 = 0x09;  // bit 4: standby
constexpr std::uint8_t reset = 0xE0; // bit 2: parallel bus, bit 4: JPEG encoder held
constexpr TimeNs millisecond = 1'000'000;
constexpr TimeNs resetTime = millisecond; ///< datasheet: software reset < 1 ms
constexpr TimeNs exposureSettles = 400 * millisecond;
constexpr double neededLines = 204; ///< of exposure, for the scene: what the sensor wakes up with

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

/// The picture of \a light times the exposure; values of pixels go with its 0.45th power.
void expose(SceneImage& image, double light) {
    const double factor = std::pow(light, 0.45);
    std::array<std::uint8_t, 256> curve{};
    for (std::size_t i = 0; i < curve.size(); ++i)
        curve[i] = static_cast<std::uint8_t>(std::min(255.0, static_cast<double>(i) * factor + 0.5));
    for (auto& value : image.rgb)
        value = curve[value];
}

} // namespace

Ov2640::Ov2640(const Faults& faults, Scene& scene, std::uint64_t seed)
    : faults_(faults), scene_(scene), random_(seed) {
    // The datasheet gives 300 ms as the most a change of registers takes to settle.
    ownSettle_ = static_cast<TimeNs>(random_.between(90, 220)) * millisecond;
    if (faults_.settleMs > 0) ownSettle_ = faults_.settleMs * millisecond;
}

void Ov2640::power(bool on, TimeNs now) {
    powered_ = on;
    standby_ = false;
    resetRegisters();
    resetUntil_ = now + resetTime;
    awakeSince_ = now;
    followRegisters(now);
}

void Ov2640::setStandby(bool on, TimeNs now) {
    if (on == standby_) return;
    standby_ = on;
    awakeSince_ = now;
    followRegisters(now);
}

void Ov2640::overridePicture(std::uint16_t width, std::uint16_t height, std::vector<std::uint8_t> bytes) {
    overrides_[{width, height}] = std::move(bytes);
}

void Ov2640::resetRegisters() {
    for (auto& bank : banks_)
        bank.fill(0);
    for (const auto& [address, value] : dspResetValues)
        banks_[dsp][address] = value;
    for (const auto& [address, value] : sensorResetValues)
        banks_[sensor][address] = value;
    const std::uint16_t id = faults_.sensorId.value_or(0x2642); // later parts read 42, early ones 41
    banks_[sensor][0x0A] = static_cast<std::uint8_t>(id >> 8);
    banks_[sensor][0x0B] = static_cast<std::uint8_t>(id);
    bank_ = sensor;
}

bool Ov2640::begin(std::uint8_t addressByte, TimeNs now) {
    (void)now;
    if (!powered_ || standby_ || faults_.sensorDead || addressByte >> 1 != address7) return false;
    if (random_.happens(faults_.nackProbability)) return false;
    if ((addressByte & 1) == 0) haveSubAddress_ = false;
    return true;
}

bool Ov2640::take(std::uint8_t byte, TimeNs now) {
    if (!haveSubAddress_) {
        subAddress_ = byte;
        haveSubAddress_ = true;
        return true;
    }
    if (now < resetUntil_) return true; // acknowledged and lost
    if (!losesData(subAddress_, now)) write(subAddress_, byte, now);
    return true;
}

bool Ov2640::losesData(std::uint8_t address, TimeNs now) {
    const auto& ranges = faults_.writeBusyRegisters;
    const bool affected = ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
                              return address >= range.first && address <= range.last;
                          });
    const bool busy = now < busyUntil_ && affected;
    const bool applies = faults_.writeBusyUs > 0 && (!faults_.writeBusyOnlyStreaming || mode_.jpeg);
    if (busy) return true;
    if (applies) busyUntil_ = now + TimeNs{faults_.writeBusyUs} * 1000;
    return false;
}

std::uint8_t Ov2640::give(TimeNs now) const {
    if (subAddress_ == bankSelect) return bank_;
    const auto written = banks_[bank_][subAddress_];
    if (bank_ != sensor) return written;
    const auto lines = static_cast<unsigned>(std::lround(exposure(now) * neededLines));
    switch (subAddress_) { // live values
    case reg04:
        return static_cast<std::uint8_t>((written & ~3U) | (lines & 3U));
    case aec:
        return static_cast<std::uint8_t>(lines >> 2);
    case reg45:
        return static_cast<std::uint8_t>((written & ~0x3FU) | (lines >> 10 & 0x3FU));
    default:
        return written;
    }
}

/// Exposure against what the scene needs. The automatic control comes near it over some frames after the
/// sensor woke up; without it, the lines written count.
double Ov2640::exposure(TimeNs now) const {
    const auto& r = banks_[sensor];
    if ((r[com8] & 1) == 0)
        return ((r[reg04] & 3U) | unsigned{r[aec]} << 2 | (r[reg45] & 0x3FU) << 10) / neededLines;
    const TimeNs awake = now > awakeSince_ ? now - awakeSince_ : 0;
    if (awake >= exposureSettles) return 1;
    return 1 - 0.6 * std::exp(-static_cast<double>(awake) / (60.0 * millisecond));
}

void Ov2640::end() {}

void Ov2640::write(std::uint8_t address, std::uint8_t value, TimeNs now) {
    if (address == bankSelect) {
        bank_ = value & 1;
        return;
    }
    const bool identity =
        bank_ == sensor && (address == 0x0A || address == 0x0B || address == 0x1C || address == 0x1D);
    if (identity) return;
    if (bank_ == sensor && address == com7 && (value & 0x80) != 0) {
        resetRegisters();
        resetUntil_ = now + std::max<TimeNs>(resetTime, faults_.resetBusyMs * millisecond);
        awakeSince_ = now;
    } else {
        banks_[bank_][address] = value;
    }
    followRegisters(now);
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

Ov2640::Mode Ov2640::modeOfRegisters() const {
    const auto& r = banks_[dsp];
    Mode mode;
    const bool asleep = standby_ || (banks_[sensor][com2] & 0x10) != 0;
    mode.frames = powered_ && !asleep && !faults_.sensorDead && (r[reset] & 0x04) == 0;
    const bool encodes = (r[0xDA] & 0x10) != 0 && (r[0x05] & 1) == 0 && (r[reset] & 0x10) == 0;
    mode.jpeg = mode.frames && encodes;
    mode.width = static_cast<std::uint16_t>((r[0x5A] | (r[0x5C] & 3U) << 8) * 4);
    mode.height = static_cast<std::uint16_t>((r[0x5B] | (r[0x5C] >> 2 & 1U) << 8) * 4);
    mode.fits = mode.width > 0 && mode.height > 0 && windowFits(mode.width, mode.height);
    const unsigned divider = (banks_[sensor][0x11] & 0x3FU) + 1;
    mode.period = 1'000'000'000ULL * divider / readOutOf(banks_[sensor][com7]).framesPerSecond;
    return mode;
}

/// Puts the size of the last frame in the place of one that the sensor does not change to.
void Ov2640::ignoreSize(Mode& mode) const {
    if (mode.width != faults_.ignoredWidth || mode.height != faults_.ignoredHeight) return;
    mode.width = shownWidth_;
    mode.height = shownHeight_;
}

void Ov2640::followRegisters(TimeNs now) {
    auto mode = modeOfRegisters();
    const bool ranOnce = mode_.frames && mode_.fits && now >= modeSince_ + mode_.period;
    if (ranOnce) {
        shownWidth_ = mode_.width;
        shownHeight_ = mode_.height;
    }
    ignoreSize(mode);
    if (mode == mode_) return;
    mode_ = mode;
    modeSince_ = now;
    settledAt_ = now + ownSettle_;
}

std::optional<SensorFrame> Ov2640::nextFrame(TimeNs now) const {
    if (!mode_.frames) return std::nullopt;
    const auto since = std::max(modeSince_, resetUntil_);
    const auto passed = now > since ? (now - since + mode_.period - 1) / mode_.period : 0;
    SensorFrame frame;
    frame.begin = since + passed * mode_.period;
    frame.end = frame.begin + mode_.period;
    return frame;
}

bool Ov2640::vsync(TimeNs now) const {
    if (!mode_.frames || now < modeSince_) return false;
    return (now - modeSince_) % mode_.period < mode_.period / 50;
}

std::vector<std::uint8_t> Ov2640::picture(const Mode& mode, TimeNs begin) {
    const auto given = overrides_.find({mode.width, mode.height});
    if (mode.jpeg && mode.fits && given != overrides_.end()) return given->second;
    if (mode.jpeg && mode.fits) {
        auto image = scene_.look(mode.width, mode.height, frames_);
        if (const double light = exposure(begin); light != 1) expose(image, light);
        return encodeOv2640(image, banks_[dsp][0x44]);
    }
    // Not a picture: uncompressed or torn lines, which begin with no SOI.
    std::vector<std::uint8_t> bytes(
        std::min<std::size_t>(std::size_t{mode.width} * mode.height * 2, 400'000));
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(0x60 + random_.below(0x40));
    return bytes;
}

/// A frame while the size settles: it starts in the middle of the scan, and every third time behind the
/// first half of a frame from before.
std::vector<std::uint8_t> Ov2640::unsettled(const std::vector<std::uint8_t>& good) {
    const auto cut = std::min(good.size(), good.size() / 4 + random_.below(good.size() / 2 + 1));
    const auto half = random_.below(3) == 0 ? last_.size() / 2 : 0;
    std::vector<std::uint8_t> bytes(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(half));
    bytes.insert(bytes.end(), good.begin() + static_cast<std::ptrdiff_t>(cut), good.end());
    return bytes;
}

void Ov2640::finish(SensorFrame& frame) {
    ++frames_;
    frame.bytes = picture(mode_, frame.begin);
    if (frame.begin < settledAt_)
        frame.bytes = unsettled(frame.bytes);
    else
        last_ = frame.bytes;
    frame.endless = faults_.overflow;
    damage(frame);
}

void Ov2640::damage(SensorFrame& frame) {
    auto& bytes = frame.bytes;
    if (faults_.noEoi)
        bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), 2 + random_.below(64)));
    if (random_.happens(faults_.glitchProbability) && bytes.size() > 2000) {
        // The encoder's buffer overruns: a stretch of the scan is lost.
        const auto at = 700 + random_.below(bytes.size() - 1400);
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at + 64 + random_.below(512)));
    }
    for (std::uint32_t i = 0; i < faults_.bitFlips && bytes.size() > ov2640ScanOffset + 2; ++i)
        bytes[ov2640ScanOffset + random_.below(bytes.size() - ov2640ScanOffset - 2)] ^=
            static_cast<std::uint8_t>(1U << random_.below(8));
}

} // namespace framegate::sim
