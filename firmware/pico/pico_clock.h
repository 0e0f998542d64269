// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// The chip's microsecond timer.
class PicoClock final : public ClockPort {
public:
    std::uint64_t nowUs() override;
    void delayUs(std::uint32_t us) override;
};

/// Clocks the SPI from the 48 MHz of the USB PLL: 48 MHz / 6 is exactly the 8 MHz that modules take at most,
/// where 125 MHz would divide to 7.8125 and 150 MHz to 7.5. Call before any SPI or I2C is set up.
void startClocks();

} // namespace framegate::firmware
