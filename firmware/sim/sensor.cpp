// SPDX-License-Identifier: MIT
#include "sim/sensor.h"

#include "sim/jpeg_engine.h"

#include <algorithm>
#include <cmath>

namespace framegate::sim {
namespace {

constexpr TimeNs millisecond = 1'000'000;
constexpr TimeNs resetTime = millisecond; ///< OV2640 datasheet: software reset < 1 ms
constexpr TimeNs exposureSettles = 400 * millisecond;
constexpr double mostLight = 8; ///< exposure and gain that the automatic control goes up to

/// Eight colour bars, white to black.
SceneImage colourBars(std::uint16_t width, std::uint16_t height) {
    SceneImage image{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3)};
    for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
        const auto bar = 7 - i / 3 % width * 8 / width;
        image.rgb[i] = (bar & 2) != 0 ? 235 : 16;
        image.rgb[i + 1] = (bar & 4) != 0 ? 235 : 16;
        image.rgb[i + 2] = (bar & 1) != 0 ? 235 : 16;
    }
    return image;
}

} // namespace

double gainOf(std::uint8_t code) {
    double gain = 1 + (code & 0x0F) / 16.0;
    for (unsigned bit = 4; bit < 8; ++bit)
        if ((code >> bit & 1) != 0) gain *= 2;
    return gain;
}

Sensor::Sensor(const Faults& faults, Scene& scene, std::uint64_t seed, const SensorTraits& traits)
    : faults_(faults),
      scene_(scene),
      traits_(traits),
      random_(seed),
      shownWidth_(traits.firstWidth),
      shownHeight_(traits.firstHeight) {
    // The OV2640's datasheet gives 300 ms as the most a change of registers takes to settle.
    ownSettle_ = static_cast<TimeNs>(random_.between(90, 220)) * millisecond;
    if (faults_.settleMs > 0) ownSettle_ = faults_.settleMs * millisecond;
}

void Sensor::reset() {
    resetRegisters(faults_.otherSensor ? traits_.otherId : faults_.sensorId.value_or(0));
}

void Sensor::power(bool on, TimeNs now) {
    powered_ = on;
    standby_ = false;
    reset();
    resetUntil_ = now + resetTime;
    awakeSince_ = now;
    followRegisters(now);
}

void Sensor::setStandby(bool on, TimeNs now) {
    if (on == standby_) return;
    standby_ = on;
    awakeSince_ = now;
    followRegisters(now);
}

void Sensor::overridePicture(std::uint16_t width, std::uint16_t height, std::vector<std::uint8_t> bytes) {
    overrides_[{width, height}] = std::move(bytes);
}

bool Sensor::begin(std::uint8_t addressByte) {
    if (!powered_ || standby_ || faults_.sensorDead || addressByte >> 1 != traits_.address7) return false;
    if (random_.happens(faults_.nackProbability)) return false;
    if ((addressByte & 1) == 0) subAddressBytes_ = 0;
    return true;
}

bool Sensor::take(std::uint8_t byte, TimeNs now) {
    if (subAddressBytes_ < traits_.addressBytes) {
        subAddress_ = static_cast<std::uint16_t>(subAddressBytes_ == 0 ? byte : subAddress_ << 8 | byte);
        ++subAddressBytes_;
        return true;
    }
    if (now < resetUntil_) return true; // acknowledged and lost
    if (!losesData(subAddress_, now)) write(subAddress_, byte, now);
    return true;
}

bool Sensor::losesData(std::uint16_t address, TimeNs now) {
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

std::uint8_t Sensor::give(TimeNs now) const {
    return load(subAddress_, exposureChoice(now));
}

/// The least gain with which \a exposure, against what the scene needs, does not take too long.
ExposureChoice Sensor::choiceFor(double exposure) const {
    const double time = exposure * traits_.neededExposure;
    ExposureChoice choice;
    for (const unsigned doublings : {0x00U, 0x10U, 0x30U, 0x70U, 0xF0U})
        for (unsigned sixteenths = 0; sixteenths < 16; ++sixteenths) {
            choice.gain = static_cast<std::uint8_t>(doublings | sixteenths);
            choice.time = static_cast<unsigned>(std::lround(time / gainOf(choice.gain)));
            if (choice.time <= traits_.longestExposure) return choice;
        }
    choice.time = traits_.longestExposure;
    return choice;
}

/// The automatic control comes near what the scene needs over some frames after the sensor woke up; without
/// it, what is written counts.
ExposureChoice Sensor::exposureChoice(TimeNs now) const {
    if (const auto written = manualExposure()) return *written;
    const double needed = 1 / std::max(scene_.brightness(), 1 / mostLight);
    const TimeNs awake = now > awakeSince_ ? now - awakeSince_ : 0;
    if (awake >= exposureSettles) return choiceFor(needed);
    return choiceFor(needed * (1 - 0.6 * std::exp(-static_cast<double>(awake) / (60.0 * millisecond))));
}

/// Exposure times gain, against what the scene needs.
double Sensor::exposure(TimeNs now) const {
    const auto choice = exposureChoice(now);
    return choice.time * gainOf(choice.gain) / traits_.neededExposure;
}

void Sensor::write(std::uint16_t address, std::uint8_t value, TimeNs now) {
    const bool wasAutomatic = !manualExposure();
    const auto exposure = exposureChoice(now);
    if (store(address, value)) {
        reset();
        resetUntil_ = now + std::max<TimeNs>(resetTime, faults_.resetBusyMs * millisecond);
        awakeSince_ = now;
    } else if (wasAutomatic && manualExposure()) {
        keepExposure(exposure);
    }
    followRegisters(now);
}

/// Puts the size of the last frame in the place of one that the sensor does not change to.
void Sensor::ignoreSize(Mode& mode) const {
    if (mode.width != faults_.ignoredWidth || mode.height != faults_.ignoredHeight) return;
    mode.width = shownWidth_;
    mode.height = shownHeight_;
}

void Sensor::followRegisters(TimeNs now) {
    auto mode = modeOfRegisters();
    mode.frames = mode.frames && powered_ && !standby_ && !faults_.sensorDead;
    mode.jpeg = mode.jpeg && mode.frames;
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

std::optional<SensorFrame> Sensor::nextFrame(TimeNs now) const {
    if (!mode_.frames) return std::nullopt;
    const auto since = std::max(modeSince_, resetUntil_);
    const auto passed = now > since ? (now - since + mode_.period - 1) / mode_.period : 0;
    SensorFrame frame;
    frame.begin = since + passed * mode_.period;
    frame.end = frame.begin + mode_.period;
    return frame;
}

bool Sensor::vsync(TimeNs now) const {
    if (!mode_.frames || now < modeSince_) return false;
    return (now - modeSince_) % mode_.period < mode_.period / 50;
}

std::vector<std::uint8_t> Sensor::encoded(double light) {
    const auto encoding = encodingOfRegisters();
    const auto image =
        encoding.bars ? colourBars(mode_.width, mode_.height)
                      : scene_.look(mode_.width, mode_.height, frames_, {light, encoding.defectCorrection});
    return encodeOv2640(image, encoding.quantiserScale);
}

/// Uncompressed or torn lines, which begin with no SOI.
std::vector<std::uint8_t> Sensor::noPicture() {
    std::vector<std::uint8_t> bytes(
        std::min<std::size_t>(std::size_t{mode_.width} * mode_.height * 2, 400'000));
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(0x60 + random_.below(0x40));
    return bytes;
}

std::vector<std::uint8_t> Sensor::picture(TimeNs begin) {
    if (!mode_.jpeg || !mode_.fits) return noPicture();
    const auto given = overrides_.find({mode_.width, mode_.height});
    if (given != overrides_.end()) return given->second;
    const double light = exposure(begin);
    const auto encoding = encodingOfRegisters();
    const bool unsent =
        prepared_ && prepared_->mode == mode_ && prepared_->encoding == encoding && prepared_->light == light;
    // Frames that are not whole are cut from one picture, which the first whole frame then is: nobody can
    // tell, and encoding is what costs time.
    if (begin < settledAt_) {
        if (!unsent) prepared_ = Prepared{mode_, encoding, light, encoded(light)};
        return prepared_->bytes;
    }
    if (!unsent) return encoded(light);
    auto bytes = std::move(prepared_->bytes);
    prepared_.reset();
    return bytes;
}

/// A frame while the size settles: it starts in the middle of the scan, and every third time behind the
/// first half of a frame from before.
std::vector<std::uint8_t> Sensor::unsettled(const std::vector<std::uint8_t>& good) {
    const auto cut = std::min(good.size(), good.size() / 4 + random_.below(good.size() / 2 + 1));
    const auto half = random_.below(3) == 0 ? last_.size() / 2 : 0;
    std::vector<std::uint8_t> bytes(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(half));
    bytes.insert(bytes.end(), good.begin() + static_cast<std::ptrdiff_t>(cut), good.end());
    return bytes;
}

void Sensor::finish(SensorFrame& frame) {
    ++frames_;
    frame.bytes = picture(frame.begin);
    if (frame.begin < settledAt_)
        frame.bytes = unsettled(frame.bytes);
    else
        last_ = frame.bytes;
    frame.endless = faults_.overflow;
    damage(frame);
    if (mode_.width == faults_.brownoutWidth && mode_.height == faults_.brownoutHeight) brownOut(frame);
}

/// The supply dips in the middle of the frame: the sensor starts again as after power-up.
void Sensor::brownOut(SensorFrame& frame) {
    frame.bytes.resize(frame.bytes.size() / 2);
    reset();
    resetUntil_ = frame.end + resetTime;
    awakeSince_ = frame.end;
    followRegisters(frame.end);
}

void Sensor::damage(SensorFrame& frame) {
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
