// SPDX-License-Identifier: MIT
#include "sim/camera_module.h"

#include <algorithm>
#include <cmath>

namespace framegate::sim {
namespace {

// ArduChip registers: docs/assumptions.md has their sources.
constexpr std::uint8_t timing = 0x03;
constexpr std::uint8_t fifoControl = 0x04;
constexpr std::uint8_t gpio = 0x06;
constexpr std::uint8_t reset = 0x07;
constexpr std::uint8_t burstRead = 0x3C;
constexpr std::uint8_t singleRead = 0x3D;
constexpr std::uint8_t version = 0x40;
constexpr std::uint8_t trigger = 0x41;
constexpr std::uint8_t length = 0x42;

// Sources contradict each other on which of the two bits of the FIFO control resets the read pointer and
// which the write pointer. Assumption: either rewinds, and the length stays.
constexpr std::uint8_t pointerResets = 0x30;
constexpr std::uint8_t vsyncActiveLow = 0x02;
constexpr std::uint8_t powerDown = 0x02;
constexpr std::uint8_t gpioAtPowerUp = 0x05; // sensor out of reset, its LDO on
constexpr std::size_t fifoCapacity = 0x7FFFFF;
constexpr std::size_t wrongPolarityBytes = 8;      // what a board with the wrong VSYNC polarity stores
constexpr std::size_t fifoWord = 8;                // assumption: the FIFO counts whole words of 8 bytes
constexpr TimeNs endlessFrameTime = 1'000'000'000; // how long 8 MB take at the sensor's pixel clock
constexpr std::uint8_t floating = 0xFF;            // the Pico's pull-up on a line nobody drives

} // namespace

CameraModule::CameraModule(const Faults& faults, std::unique_ptr<Scene> scene, std::uint64_t seed)
    : faults_(faults), scene_(std::move(scene)), sensor_(faults_, *scene_, seed), noise_(seed ^ 0x5eedULL) {}

void CameraModule::power(bool on, TimeNs now) {
    powered_ = on;
    registers_.fill(0);
    const bool left = faults_.standbyLeft || faults_.standbyStuck;
    registers_[gpio] = left ? gpioAtPowerUp | powerDown : gpioAtPowerUp;
    done_ = false;
    capturing_ = false;
    coming_.reset();
    fifo_.clear();
    previous_.clear();
    fifoLength_ = 0;
    sensor_.power(on, now);
    sensor_.setStandby(left, now);
}

bool CameraModule::alive() const {
    return powered_ && !faults_.absent && !faults_.open(Pin::Vcc) && !faults_.open(Pin::Gnd);
}

bool CameraModule::spiReaches() const {
    return alive() && !faults_.open(Pin::Cs) && !faults_.open(Pin::Sck);
}

bool CameraModule::i2cReaches() const {
    return alive() && !faults_.open(Pin::Sda) && !faults_.open(Pin::Scl);
}

void CameraModule::chipSelect(bool selected, TimeNs) {
    selected_ = selected;
    command_.reset();
}

std::uint8_t CameraModule::spiExchange(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz) {
    if (!selected_ || !spiReaches()) return floating;
    if (faults_.open(Pin::Mosi)) mosi = 0;
    std::uint8_t out = 0;
    if (!command_) {
        command_ = mosi;
        look(now);
    } else if ((*command_ & 0x80) != 0) {
        writeRegister(*command_ & 0x7F, mosi, now);
    } else if (*command_ == burstRead || *command_ == singleRead) {
        out = nextFifoByte();
    } else {
        out = registerAt(*command_, now);
    }
    return onMiso(out, clockHz);
}

std::uint8_t CameraModule::onMiso(std::uint8_t byte, std::uint32_t clockHz) {
    if (faults_.open(Pin::Miso)) return floating;
    if (faults_.rotateBytes) byte = static_cast<std::uint8_t>(byte << 1 | byte >> 7);
    if (faults_.spiBitErrorRate8MHz <= 0) return byte;
    const double rate = std::min(0.5, faults_.spiBitErrorRate8MHz * std::pow(10.0, (clockHz - 8e6) / 1e6));
    if (errorClockHz_ != clockHz) bitsToError_ = noise_.gap(rate);
    errorClockHz_ = clockHz;
    for (unsigned bit = 0; bit < 8; ++bit) {
        if (bitsToError_-- > 0) continue;
        byte ^= static_cast<std::uint8_t>(1U << bit);
        bitsToError_ = noise_.gap(rate);
    }
    return byte;
}

std::uint8_t CameraModule::nextFifoByte() {
    const bool first = std::exchange(firstRead_, false);
    if (first && faults_.dummyByte) return 0;
    const auto at = readAt_++;
    if (at < fifo_.size()) return fifo_[at];
    return 0;
}

std::uint8_t CameraModule::registerAt(std::uint8_t address, TimeNs now) {
    switch (address) {
    case version:
        return 0x40;
    case trigger:
        return static_cast<std::uint8_t>((done_ ? 0x08 : 0) | (sensor_.vsync(now) ? 0x01 : 0));
    case length:
        return static_cast<std::uint8_t>(fifoLength_);
    case length + 1:
        return static_cast<std::uint8_t>(fifoLength_ >> 8);
    case length + 2:
        return static_cast<std::uint8_t>(fifoLength_ >> 16);
    default:
        return registers_[address];
    }
}

void CameraModule::writeRegister(std::uint8_t address, std::uint8_t value, TimeNs now) {
    if (address == fifoControl) return control(value, now);
    if (address == gpio) return setGpio(value, now);
    if (address == reset && (value & 0x80) != 0) {
        const auto kept = registers_[gpio]; // the power-down bit outlives the CPLD's reset
        registers_.fill(0);
        registers_[gpio] = kept;
        done_ = false;
        capturing_ = false;
        coming_.reset();
    }
    registers_[address] = value;
}

void CameraModule::setGpio(std::uint8_t value, TimeNs now) {
    if (faults_.standbyStuck) value |= powerDown;
    registers_[gpio] = value;
    look(now);
    sensor_.setStandby((value & powerDown) != 0, now);
    followSensor(now);
}

void CameraModule::control(std::uint8_t value, TimeNs now) {
    look(now);
    if ((value & 0x01) != 0) done_ = false;
    if ((value & pointerResets) != 0) readAt_ = 0;
    if ((value & 0x02) == 0) return;
    done_ = false;
    capturing_ = true;
    firstRead_ = true;
    previous_ = std::exchange(fifo_, {});
    fifoLength_ = 0;
    readAt_ = 0;
    coming_ = upcoming(now);
}

std::optional<SensorFrame> CameraModule::upcoming(TimeNs now) const {
    auto frame = sensor_.nextFrame(now);
    if (frame && faults_.overflow) frame->end = frame->begin + endlessFrameTime;
    return frame;
}

/// The sensor may have changed: a frame under way is lost where frames stop, and the capture waits for the
/// next.
void CameraModule::followSensor(TimeNs now) {
    if (!capturing_) return;
    const auto next = upcoming(now);
    if (!next || !coming_) coming_ = next;
}

/// Brings the capture up to date: a frame that has ended by now is in the FIFO.
void CameraModule::look(TimeNs now) {
    if (!coming_ || now < coming_->end || faults_.neverDone) return;
    auto frame = std::move(*coming_);
    coming_.reset();
    capturing_ = false;
    sensor_.finish(frame);
    fill(std::move(frame));
    done_ = true;
}

void CameraModule::fill(SensorFrame frame) {
    fifo_ = std::move(frame.bytes);
    if (faults_.stuckBit)
        for (auto& byte : fifo_) {
            const auto mask = static_cast<std::uint8_t>(1U << faults_.stuckBit->bit);
            byte = static_cast<std::uint8_t>(faults_.stuckBit->level ? byte | mask : byte & ~mask);
        }
    const bool expectsLow = (registers_[timing] & vsyncActiveLow) != 0;
    if (expectsLow == faults_.vsyncPolarity) fifo_.resize(std::min(fifo_.size(), wrongPolarityBytes));
    if (faults_.staleBytes > 0 && !previous_.empty()) {
        const auto count = std::min<std::size_t>(faults_.staleBytes, previous_.size());
        fifo_.insert(fifo_.begin(), previous_.end() - static_cast<std::ptrdiff_t>(count), previous_.end());
    }
    fifoLength_ = std::min(fifoCapacity, (fifo_.size() + fifoWord - 1) / fifoWord * fifoWord);
    if (frame.endless) fifoLength_ = fifoCapacity;
}

bool CameraModule::i2cStart(std::uint8_t addressByte, TimeNs now) {
    return i2cReaches() && sensor_.begin(addressByte, now);
}

bool CameraModule::i2cWrite(std::uint8_t byte, TimeNs now) {
    if (!i2cReaches()) return false;
    look(now);
    const bool acknowledged = sensor_.take(byte, now);
    followSensor(now);
    return acknowledged;
}

std::uint8_t CameraModule::i2cRead(TimeNs now) {
    return i2cReaches() ? sensor_.give(now) : floating;
}

void CameraModule::i2cStop(TimeNs) {
    sensor_.end();
}

} // namespace framegate::sim
