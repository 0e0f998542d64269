// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"
#include "driver/recipe.h"

#include <cstdint>
#include <span>

namespace framegate::driver {

/// What can be wrong. Whatever it is, the driver comes back, and the next call may be tried.
enum class Fault : std::uint8_t {
    None,
    NoModule,       ///< neither the ArduChip nor the sensor answers
    SpiScratch,     ///< the ArduChip does not hold what is written to it: look at the SPI wires
    SensorSilent,   ///< nobody acknowledges at the sensor's address: look at SDA and SCL
    I2cStuck,       ///< SDA or SCL stays low
    WrongSensor,    ///< another sensor answers
    CaptureTimeout, ///< no frame came: look at VSYNC
    FifoEmpty,      ///< a frame without bytes
    FifoShort,      ///< no JPEG is that short: look at the polarity of VSYNC
    FifoLong,       ///< longer than any picture of this size
    FifoFull,       ///< the frame does not fit the carrier's memory, or does not end
    NoPicture,      ///< the bytes are no JPEG
    OtherSize,      ///< a JPEG of another size
    Unended,        ///< a JPEG without an end
    NotSettled, ///< whole frames of the new size came, but no two alike in time; else the last frame's fault
                ///< is told
};

const char* textOf(Fault fault);

/// Who gets the pictures, each a begin(), its bytes and an end(). One to be written for a board of one's own:
/// SD card, radio, display.
class PictureSink {
public:
    /// A picture begins.
    virtual void begin(const Sensor& sensor, const Size& size) = 0;
    /// Its next bytes; they are overwritten after the call.
    virtual void take(std::span<const std::uint8_t> bytes) = 0;
    /// It has ended. With a fault what came is no good picture.
    virtual void end(Fault fault) = 0;

protected:
    ~PictureSink() = default;
};

/// An ArduCAM SPI camera module: from registers to pictures, without heap and without a PC. It pauses between
/// register writes, waits until a new size has taken effect, and judges a frame's length before it reads it.
/// Every call is bounded in time. Thread-bound.
class CameraDriver {
public:
    CameraDriver(firmware::ClockPort& clock, firmware::SpiPort& spi, firmware::I2cPort& i2c,
                 const Sensor& sensor, const Carrier& carrier)
        : clock_(clock), spi_(spi), i2c_(i2c), sensor_(sensor), carrier_(carrier) {}

    /// Wakes the module, asks who it is, resets the sensor and writes its start-up registers.
    Fault start();
    /// Writes a size's registers and waits for the first frame of that size. \a size is one of the sensor's.
    Fault setSize(const Size& size);
    /// Takes one picture of the size set and hands it to \a sink.
    Fault capture(PictureSink& sink);

private:
    Fault wake();
    bool scratchHolds();
    Fault identify();
    void pauseAfterWrite() { clock_.delayUs(sensor_.writePauseUs); }
    Fault writeByte(std::uint16_t address, std::uint8_t value);
    Fault readByte(std::uint16_t address, std::uint8_t& value);
    std::span<const std::uint8_t> addressOf(std::uint16_t address);
    Fault selectBank(std::uint8_t bank);
    Fault writeAll(std::span<const RegisterWrite> writes);
    Fault write(const RegisterWrite& write);
    Fault expose(std::uint32_t& bytes);
    Fault judgeLength(std::uint32_t bytes) const;
    template <class Take>
    void readBurst(std::uint32_t bytes, Take&& take);
    Fault lookAtHead();
    Fault handOn(std::uint32_t bytes, PictureSink& sink);

    firmware::ClockPort& clock_;
    firmware::SpiPort& spi_;
    firmware::I2cPort& i2c_;
    const Sensor& sensor_;
    const Carrier& carrier_;
    const Size* size_ = nullptr;
    std::int16_t bank_ = -1; ///< selected; -1: not known
};

} // namespace framegate::driver
