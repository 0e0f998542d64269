// SPDX-License-Identifier: MIT
#include "sim/camera_module.h"

#include "sim/ov2640.h"
#include "sim/ov5642.h"

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

// Bits of the FIFO control that are said to reset the read or the write pointer. Assumption: whichever
// rewinds leaves the length as it is.
constexpr std::uint8_t pointerBit4 = 0x10;
constexpr std::uint8_t pointerBit5 = 0x20;
constexpr std::uint8_t vsyncActiveLow = 0x02;
constexpr std::uint8_t powerDown = 0x02;
constexpr std::uint8_t gpioAtPowerUp = 0x05;       // sensor out of reset, its LDO on
constexpr std::size_t largestLength = 0x7FFFFF;    // that the length registers can show
constexpr std::size_t wrongPolarityBytes = 8;      // what a board with the wrong VSYNC polarity stores
constexpr std::size_t fifoWord = 8;                // assumption: the FIFO counts whole words of 8 bytes
constexpr TimeNs endlessFrameTime = 1'000'000'000; // how long 8 MiB take at the sensor's pixel clock
constexpr std::uint8_t floating = 0xFF;            // the Pico's pull-up on a line nobody drives

std::unique_ptr<Sensor> makeSensor(SensorKind kind, const Faults& faults, Scene& scene, std::uint64_t seed) {
    if (kind == SensorKind::Ov5642) return std::make_unique<Ov5642>(faults, scene, seed);
    return std::make_unique<Ov2640>(faults, scene, seed);
}

} // namespace

CameraModule::CameraModule(const Faults& faults, std::unique_ptr<Scene> scene, std::uint64_t seed,
                           const ModuleKind& kind)
    : faults_(faults),
      scene_(std::move(scene)),
      kind_(kind),
      lines_(faults_, seed, kind.activeAmps, kind.standbyAmps),
      sensor_(makeSensor(kind.sensor, faults_, *scene_, seed)),
      noise_(seed ^ 0x5eedULL) {}

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
    sensor_->power(on, now);
    sensor_->setStandby(left, now);
}

bool CameraModule::alive() const {
    return powered_ && lines_.powered();
}

bool CameraModule::i2cReaches() const {
    return powered_ && lines_.i2cReaches();
}

ModuleState CameraModule::wireState() const {
    ModuleState state;
    state.supplied = powered_;
    state.standby = (registers_[gpio] & powerDown) != 0;
    return state;
}

/// A selected ArduChip drives MISO, low until it is clocked.
LineVolts CameraModule::settled(const LineDrives& drives) const {
    auto state = wireState();
    const auto released = lines_.settled(drives, state);
    if (!alive() || released.module(wire::Line::Cs)) return released;
    state.misoDriven = false;
    return lines_.settled(drives, state);
}

std::optional<double> CameraModule::riseNs(wire::Line line, const LineDrives& drives) const {
    return lines_.riseNs(line, drives, wireState());
}

void CameraModule::chipSelect(bool selected, TimeNs) {
    selected_ = selected;
    if (lines_.deselects()) command_.reset();
}

std::uint8_t CameraModule::spiExchange(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz) {
    if (!selected_) return floating;
    if (!lines_.whole()) return throughFaultyWires(mosi, now, clockHz);
    if (!powered_) return floating;
    const auto out = answer(now);
    take(mosi, now);
    return onMiso(out, clockHz);
}

/// The byte that this exchange sends, before what comes in is known.
std::uint8_t CameraModule::answer(TimeNs now) {
    if (!command_ || (*command_ & 0x80) != 0) return 0;
    const bool frame = *command_ == burstRead || *command_ == singleRead;
    return frame ? nextFifoByte() : registerAt(*command_, now);
}

void CameraModule::take(std::uint8_t mosi, TimeNs now) {
    if (!command_) {
        command_ = mosi;
        look(now);
    } else if ((*command_ & 0x80) != 0) {
        writeRegister(*command_ & 0x7F, mosi, now);
    }
}

/// Bit by bit, as far as the wires let it through. An exchange that loses a clock never becomes a byte; one
/// in which chip select goes up ends the command.
std::uint8_t CameraModule::throughFaultyWires(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz) {
    const bool answers = alive();
    const auto out = answers ? onMiso(answer(now), clockHz) : std::uint8_t{0};
    std::uint8_t seen = 0;
    std::uint8_t got = 0;
    bool whole = answers;
    bool selected = answers;
    for (int bit = 7; bit >= 0; --bit) {
        const auto passed = lines_.spiBit((mosi >> bit & 1) != 0,
                                          selected ? std::optional((out >> bit & 1) != 0) : std::nullopt);
        selected = selected && passed.selected;
        whole = whole && passed.clocked;
        seen = static_cast<std::uint8_t>(seen << 1 | (passed.mosi ? 1 : 0));
        got = static_cast<std::uint8_t>(got << 1 | (passed.miso ? 1 : 0));
    }
    if (!selected) command_.reset();
    if (selected && whole) take(seen, now);
    return got;
}

std::uint8_t CameraModule::onMiso(std::uint8_t byte, std::uint32_t clockHz) {
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
    if (dummies_ > 0) {
        --dummies_;
        return 0;
    }
    const auto at = readAt_++;
    if (at < fifo_.size()) return fifo_[at];
    return 0;
}

std::uint8_t CameraModule::registerAt(std::uint8_t address, TimeNs now) {
    switch (address) {
    case version:
        return kind_.version;
    case trigger:
        return static_cast<std::uint8_t>((done_ ? 0x08 : 0) | (sensor_->vsync(now) ? 0x01 : 0));
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
    sensor_->setStandby((value & powerDown) != 0, now);
    followSensor(now);
}

void CameraModule::control(std::uint8_t value, TimeNs now) {
    look(now);
    if ((value & 0x01) != 0) done_ = false;
    if (rewinds(value)) toFirstByte();
    if ((value & 0x02) == 0) return;
    done_ = false;
    capturing_ = true;
    previous_ = std::exchange(fifo_, {});
    fifoLength_ = 0;
    toFirstByte();
    coming_ = upcoming(now);
}

bool CameraModule::rewinds(std::uint8_t value) const {
    const bool bit4 = (value & pointerBit4) != 0;
    const bool bit5 = (value & pointerBit5) != 0;
    switch (kind_.rewinds) {
    case Rewinds::Bit4:
        return bit4;
    case Rewinds::Bit5:
        return bit5;
    case Rewinds::EitherBit:
        return bit4 || bit5;
    case Rewinds::BothBits:
        return bit4 && bit5;
    default:
        return false;
    }
}

/// The next read starts the frame again. The dummy byte is what stands in the output register until the
/// first byte has come through, so it comes again.
void CameraModule::toFirstByte() {
    readAt_ = 0;
    dummies_ = (kind_.dummyByte ? 1U : 0U) + (faults_.dummyByte ? 1U : 0U);
}

std::size_t CameraModule::capacity() const {
    return std::min(kind_.fifoBytes, largestLength);
}

std::optional<SensorFrame> CameraModule::upcoming(TimeNs now) const {
    auto frame = sensor_->nextFrame(now);
    if (frame && faults_.overflow)
        frame->end = frame->begin + endlessFrameTime * kind_.fifoBytes / (8U << 20);
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
    sensor_->finish(frame);
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
    const bool expectsLow = !kind_.setsPolarity || (registers_[timing] & vsyncActiveLow) != 0;
    if (expectsLow == faults_.vsyncPolarity) fifo_.resize(std::min(fifo_.size(), wrongPolarityBytes));
    if (faults_.staleBytes > 0 && !previous_.empty()) {
        const auto count = std::min<std::size_t>(faults_.staleBytes, previous_.size());
        fifo_.insert(faults_.staleBehind ? fifo_.end() : fifo_.begin(),
                     previous_.end() - static_cast<std::ptrdiff_t>(count), previous_.end());
    }
    fifo_.resize(std::min(fifo_.size(), kind_.fifoBytes)); // what comes beyond is lost
    fifoLength_ = std::min(capacity(), (fifo_.size() + fifoWord - 1) / fifoWord * fifoWord);
    if (frame.endless) fifoLength_ = capacity();
}

bool CameraModule::i2cStart(std::uint8_t addressByte, TimeNs) {
    return i2cReaches() && sensor_->begin(addressByte);
}

bool CameraModule::i2cWrite(std::uint8_t byte, TimeNs now) {
    if (!i2cReaches()) return false;
    look(now);
    const bool acknowledged = sensor_->take(byte, now);
    followSensor(now);
    return acknowledged;
}

std::uint8_t CameraModule::i2cRead(TimeNs now) {
    return i2cReaches() ? sensor_->give(now) : floating;
}

void CameraModule::i2cStop(TimeNs) {}

} // namespace framegate::sim
