// SPDX-License-Identifier: MIT
#include "driver/camera_driver.h"

#include "core/spi_batch.h"
#include "driver/picture_check.h"

#include <algorithm>
#include <array>

namespace framegate::driver {
namespace {

// Registers of the ArduChip.
constexpr std::uint8_t scratch = 0x00;
constexpr std::uint8_t fifoControl = 0x04;
constexpr std::uint8_t trigger = 0x41;
constexpr std::uint8_t fifoLength = 0x42; ///< and the two after it
constexpr std::uint8_t burstRead = 0x3C;
constexpr std::uint8_t clearFifo = 0x01;
constexpr std::uint8_t startCapture = 0x02;

constexpr std::uint32_t captureLimitUs = 2'000'000;
constexpr std::uint32_t settleLimitUs = 3'000'000;
constexpr std::uint32_t pollUs = 500;
constexpr std::uint32_t shortestJpeg = 625; ///< tables and headers alone take as much
constexpr std::size_t chunkBytes = 512;
constexpr std::uint32_t headBytes = 1024; ///< a sensor's header ends before
constexpr unsigned tries = 4;             ///< of a register access that is not acknowledged

Fault faultOf(firmware::I2cResult result) {
    switch (result) {
    case firmware::I2cResult::Ok:
        return Fault::None;
    case firmware::I2cResult::Nack:
        return Fault::SensorSilent;
    default:
        return Fault::I2cStuck;
    }
}

/// Lengths of frames of one scene.
bool alike(std::uint32_t one, std::uint32_t other) {
    return std::max(one, other) - std::min(one, other) <= std::max(one, other) / 10;
}

} // namespace

const char* textOf(Fault fault) {
    static constexpr std::array<const char*, 15> texts = {
        "none",
        "neither the ArduChip nor the sensor answers",
        "the ArduChip does not hold what is written to it: SPI wires",
        "the sensor does not acknowledge: SDA, SCL, its supply",
        "SDA or SCL stays low",
        "another sensor than expected",
        "no frame came: VSYNC, PCLK",
        "a frame without bytes",
        "a frame too short for a JPEG: polarity of VSYNC",
        "a frame longer than any picture of this size",
        "the frame does not fit the frame memory or does not end",
        "the bytes are no JPEG",
        "a JPEG of another size",
        "a JPEG without an end",
        "the new size did not come in time",
    };
    return texts[static_cast<std::size_t>(fault)];
}

Fault CameraDriver::start() {
    spi_.setClockHz(carrier_.spiHz);
    i2c_.setClockHz(sensor_.i2cHz);
    size_ = nullptr;
    bank_ = -1;
    for (const auto& write : carrier_.start) {
        firmware::writeRegister(spi_, write.address, write.value);
        clock_.delayUs(write.waitUs);
    }
    if (const auto fault = wake(); fault != Fault::None) return fault;
    if (const auto fault = write(sensor_.softReset); fault != Fault::None) return fault;
    clock_.delayUs(sensor_.resetWaitUs);
    bank_ = -1;
    return writeAll(sensor_.start);
}

/// Out of standby, which may have been left behind, and asked who is there.
Fault CameraDriver::wake() {
    const auto gpio = firmware::readRegister(spi_, carrier_.standbyRegister);
    const bool asleep = ((gpio & carrier_.standbyMask) != 0) == carrier_.standbyIsHigh;
    const auto awake = carrier_.standbyIsHigh ? gpio & ~carrier_.standbyMask : gpio | carrier_.standbyMask;
    firmware::writeRegister(spi_, carrier_.standbyRegister, static_cast<std::uint8_t>(awake));
    if (asleep) clock_.delayUs(carrier_.wakeUs);
    const bool holds = scratchHolds();
    const auto fault = identify();
    if (!holds)
        return fault == Fault::None || fault == Fault::WrongSensor ? Fault::SpiScratch : Fault::NoModule;
    return fault;
}

bool CameraDriver::scratchHolds() {
    static constexpr std::array<std::uint8_t, 4> patterns = {0x55, 0xAA, 0x0F, 0xF0};
    return std::all_of(patterns.begin(), patterns.end(), [&](std::uint8_t pattern) {
        firmware::writeRegister(spi_, scratch, pattern);
        return firmware::readRegister(spi_, scratch) == pattern;
    });
}

Fault CameraDriver::identify() {
    for (const auto& identity : sensor_.identity) {
        std::uint8_t value = 0;
        if (const auto fault = selectBank(identity.bank); fault != Fault::None) return fault;
        if (const auto fault = readByte(identity.address, value); fault != Fault::None) return fault;
        if (std::find(identity.accepted.begin(), identity.accepted.end(), value) == identity.accepted.end())
            return Fault::WrongSensor;
    }
    return Fault::None;
}

Fault CameraDriver::writeByte(std::uint16_t address, std::uint8_t value) {
    std::array<std::uint8_t, 3> bytes{};
    std::size_t count = 0;
    if (sensor_.addressBytes == 2) bytes[count++] = static_cast<std::uint8_t>(address >> 8);
    bytes[count++] = static_cast<std::uint8_t>(address);
    bytes[count++] = value;
    Fault fault = Fault::None;
    for (unsigned i = 0; i < tries; ++i) {
        fault = faultOf(i2c_.write(sensor_.i2cAddress, std::span(bytes).first(count), false));
        pauseAfterWrite();
        if (fault != Fault::SensorSilent) break;
    }
    return fault;
}

Fault CameraDriver::readByte(std::uint16_t address, std::uint8_t& value) {
    const std::array<std::uint8_t, 2> both = {static_cast<std::uint8_t>(address >> 8),
                                              static_cast<std::uint8_t>(address)};
    const auto bytes = std::span(both).last(sensor_.addressBytes);
    Fault fault = Fault::None;
    for (unsigned i = 0; i < tries; ++i) {
        fault = faultOf(i2c_.write(sensor_.i2cAddress, bytes, false));
        if (fault == Fault::None) fault = faultOf(i2c_.read(sensor_.i2cAddress, std::span(&value, 1)));
        pauseAfterWrite();
        if (fault != Fault::SensorSilent) break;
    }
    return fault;
}

Fault CameraDriver::selectBank(std::uint8_t bank) {
    if (sensor_.bankRegister < 0 || bank_ == bank) return Fault::None;
    const auto fault = writeByte(static_cast<std::uint16_t>(sensor_.bankRegister), bank);
    bank_ = fault == Fault::None ? std::int16_t{bank} : std::int16_t{-1};
    return fault;
}

Fault CameraDriver::write(const RegisterWrite& write) {
    if (const auto fault = selectBank(write.bank); fault != Fault::None) return fault;
    auto value = write.value;
    if (write.mask != 0xFF) {
        std::uint8_t held = 0;
        if (const auto fault = readByte(write.address, held); fault != Fault::None) return fault;
        value = static_cast<std::uint8_t>((held & ~write.mask) | (value & write.mask));
    }
    return writeByte(write.address, value);
}

Fault CameraDriver::writeAll(std::span<const RegisterWrite> writes) {
    for (const auto& one : writes)
        if (const auto fault = write(one); fault != Fault::None) return fault;
    return Fault::None;
}

/// One frame into the FIFO.
Fault CameraDriver::expose(std::uint32_t& bytes) {
    bytes = 0;
    firmware::writeRegister(spi_, fifoControl, clearFifo);
    firmware::writeRegister(spi_, fifoControl, clearFifo);
    firmware::writeRegister(spi_, fifoControl, startCapture);
    const auto begin = clock_.nowUs();
    while ((firmware::readRegister(spi_, trigger) & carrier_.doneMask) == 0) {
        if (clock_.nowUs() - begin > captureLimitUs) return Fault::CaptureTimeout;
        clock_.delayUs(pollUs);
    }
    for (unsigned i = 0; i < 3; ++i)
        bytes |= std::uint32_t{firmware::readRegister(spi_, static_cast<std::uint8_t>(fifoLength + i))}
                 << 8 * i;
    return judgeLength(bytes);
}

/// Before a byte is read: 8 MB of rubbish would take eight seconds.
Fault CameraDriver::judgeLength(std::uint32_t bytes) const {
    if (bytes == 0) return Fault::FifoEmpty;
    if (bytes >= carrier_.fifoBytes - 1) return Fault::FifoFull;
    if (bytes < shortestJpeg) return Fault::FifoShort;
    const auto pixels = std::uint32_t{size_->width} * size_->height;
    return bytes > 2 * pixels + 16'384 ? Fault::FifoLong : Fault::None;
}

/// The FIFO's first \a bytes, in chunks; \a take says whether it wants more.
template <class Take>
void CameraDriver::readBurst(std::uint32_t bytes, Take&& take) {
    std::array<std::uint8_t, chunkBytes> chunk{};
    spi_.select(true);
    spi_.transfer(std::span(&burstRead, 1), {});
    for (std::uint32_t skip = carrier_.dummyBytes; skip > 0; --skip) {
        spi_.beginRead(std::span(chunk).first(1));
        while (!spi_.readDone())
            clock_.delayUs(1);
    }
    while (bytes > 0) {
        const auto part = std::span(chunk).first(std::min<std::size_t>(bytes, chunk.size()));
        spi_.beginRead(part);
        while (!spi_.readDone())
            clock_.delayUs(5);
        bytes -= static_cast<std::uint32_t>(part.size());
        if (!take(part)) break;
    }
    spi_.select(false);
}

/// Whether the frame in the FIFO begins as a JPEG of the size set.
Fault CameraDriver::lookAtHead() {
    PictureCheck check;
    readBurst(headBytes, [&](std::span<const std::uint8_t> bytes) {
        check.take(bytes);
        return check.width() == 0 && !check.broken();
    });
    if (check.broken() || check.width() == 0) return Fault::NoPicture;
    return check.width() == size_->width && check.height() == size_->height ? Fault::None : Fault::OtherSize;
}

/// The frames in between are of the old size, torn, or not yet exposed as they will be. Two good ones in a
/// row of about the same length are asked for.
Fault CameraDriver::setSize(const Size& size) {
    size_ = &size;
    if (const auto fault = writeAll(size.writes); fault != Fault::None) return fault;
    const auto begin = clock_.nowUs();
    std::uint32_t before = 0;
    for (;;) {
        std::uint32_t bytes = 0;
        auto fault = expose(bytes);
        if (fault == Fault::None) fault = lookAtHead();
        if (fault == Fault::None && alike(before, bytes)) return Fault::None;
        before = fault == Fault::None ? bytes : 0;
        if (clock_.nowUs() - begin > settleLimitUs) return fault == Fault::None ? Fault::NotSettled : fault;
    }
}

Fault CameraDriver::capture(PictureSink& sink) {
    if (size_ == nullptr) return Fault::NotSettled;
    sink.begin(sensor_, *size_);
    std::uint32_t bytes = 0;
    auto fault = expose(bytes);
    if (fault == Fault::None) fault = handOn(bytes, sink);
    sink.end(fault);
    return fault;
}

/// The FIFO's bytes up to the end of the picture.
Fault CameraDriver::handOn(std::uint32_t bytes, PictureSink& sink) {
    PictureCheck check;
    readBurst(bytes, [&](std::span<const std::uint8_t> part) {
        sink.take(part.first(check.take(part)));
        return !check.ended() && !check.broken();
    });
    if (check.broken()) return Fault::NoPicture;
    if (!check.ended()) return Fault::Unended;
    return check.width() == size_->width && check.height() == size_->height ? Fault::None : Fault::OtherSize;
}

} // namespace framegate::driver
