// SPDX-License-Identifier: MIT
#include "sim/ov2640.h"

#include "sim/jpeg_engine.h"

#include <algorithm>

namespace framegate::sim {
namespace {

constexpr unsigned dsp = 0;
constexpr unsigned sensor = 1;
constexpr std::uint8_t address7 = 0x30;
constexpr std::uint8_t bankSelect = 0xFF;
constexpr std::uint8_t com7 = 0x12;
constexpr TimeNs millisecond = 1'000'000;
constexpr TimeNs resetTime = millisecond; ///< datasheet: software reset < 1 ms

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

} // namespace

Ov2640::Ov2640(const Faults& faults, Scene& scene, std::uint64_t seed)
    : faults_(faults), scene_(scene), random_(seed) {
    // The datasheet gives 300 ms as the most a change of registers takes to settle.
    ownSettle_ = static_cast<TimeNs>(random_.between(90, 220)) * millisecond;
    if (faults_.settleMs > 0) ownSettle_ = faults_.settleMs * millisecond;
}

void Ov2640::powerUp(TimeNs now) {
    powered_ = true;
    standby_ = false;
    resetRegisters();
    resetUntil_ = now + resetTime;
    followRegisters(now);
}

void Ov2640::setStandby(bool on, TimeNs now) {
    if (on == standby_) return;
    standby_ = on;
    followRegisters(now);
}

void Ov2640::overridePicture(std::uint16_t width, std::uint16_t height, std::vector<std::uint8_t> bytes) {
    overrides_[{width, height}] = std::move(bytes);
}

void Ov2640::resetRegisters() {
    for (auto& bank : banks_)
        bank.fill(0);
    const std::uint16_t id = faults_.sensorId.value_or(0x2642); // later parts read 42, early ones 41
    banks_[sensor][0x0A] = static_cast<std::uint8_t>(id >> 8);
    banks_[sensor][0x0B] = static_cast<std::uint8_t>(id);
    banks_[sensor][0x1C] = 0x7F;
    banks_[sensor][0x1D] = 0xA2;
    banks_[dsp][0x44] = 0x0C;
    banks_[dsp][0x05] = 0x01; // DSP bypassed until told otherwise
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
    const bool busy = now < busyUntil_ && address >= faults_.writeBusyFrom && address <= faults_.writeBusyTo;
    const bool applies = faults_.writeBusyUs > 0 && (!faults_.writeBusyOnlyStreaming || mode_.jpeg);
    if (busy) return true;
    if (applies) busyUntil_ = now + TimeNs{faults_.writeBusyUs} * 1000;
    return false;
}

std::uint8_t Ov2640::give() {
    return subAddress_ == bankSelect ? bank_ : banks_[bank_][subAddress_];
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
    mode.frames = powered_ && !standby_ && !faults_.sensorDead;
    const bool held = (r[0xE0] & 0x14) != 0; // DVP or JPEG kept in reset
    mode.jpeg = mode.frames && (r[0xDA] & 0x10) != 0 && (r[0x05] & 1) == 0 && !held;
    mode.width = static_cast<std::uint16_t>((r[0x5A] | (r[0x5C] & 3U) << 8) * 4);
    mode.height = static_cast<std::uint16_t>((r[0x5B] | (r[0x5C] >> 2 & 1U) << 8) * 4);
    mode.fits = mode.width > 0 && mode.height > 0 && windowFits(mode.width, mode.height);
    const unsigned divider = (banks_[sensor][0x11] & 0x3FU) + 1;
    mode.period = 1'000'000'000ULL * divider / readOutOf(banks_[sensor][com7]).framesPerSecond;
    return mode;
}

void Ov2640::followRegisters(TimeNs now) {
    auto mode = modeOfRegisters();
    const bool ignored =
        shownWidth_ > 0 && mode.width == faults_.ignoredWidth && mode.height == faults_.ignoredHeight;
    if (ignored) {
        mode.width = shownWidth_;
        mode.height = shownHeight_;
    }
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

std::vector<std::uint8_t> Ov2640::picture(const Mode& mode) {
    const auto given = overrides_.find({mode.width, mode.height});
    if (mode.jpeg && mode.fits && given != overrides_.end()) return given->second;
    if (mode.jpeg && mode.fits)
        return encodeOv2640(scene_.look(mode.width, mode.height, frames_), banks_[dsp][0x44]);
    // Not a picture: uncompressed or torn lines, which begin with no SOI.
    std::vector<std::uint8_t> bytes(
        std::min<std::size_t>(std::size_t{mode.width} * mode.height * 2, 400'000));
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(0x60 + random_.below(0x40));
    return bytes;
}

/// A frame that was under way when the size changed: it starts in the middle of the scan.
std::vector<std::uint8_t> Ov2640::unsettled(std::vector<std::uint8_t> good) {
    const auto cut = good.size() / 4 + random_.below(good.size() / 2 + 1);
    good.erase(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(std::min(cut, good.size())));
    return good;
}

void Ov2640::finish(SensorFrame& frame) {
    ++frames_;
    shownWidth_ = mode_.width;
    shownHeight_ = mode_.height;
    frame.bytes = picture(mode_);
    if (frame.begin < settledAt_) frame.bytes = unsettled(std::move(frame.bytes));
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
