// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// I2C0. A byte that takes longer than a camera may stretch the clock is a time-out, after which the bus is
/// freed: clock pulses until nobody holds SDA, then a STOP.
class PicoI2c final : public I2cPort {
public:
    /// Takes the pins; the clock starts at 100 kHz.
    void begin();
    /// Takes the pins alone, as after somebody used them otherwise. The clock stays.
    void takePins();
    std::uint32_t setClockHz(std::uint32_t hz) override;
    I2cResult write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) override;
    I2cResult read(std::uint8_t address, std::span<std::uint8_t> bytes) override;

private:
    I2cResult judge(int result, std::size_t wanted);
    void freeBus();

    std::uint32_t hz_ = 100'000;
};

} // namespace framegate::firmware
