// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// SPI0. Short exchanges go byte by byte, background reads by two DMA channels: one sends zeros, one stores
/// what comes.
class PicoSpi final : public SpiPort {
public:
    /// Takes pins and DMA channels; the clock starts at 1 MHz.
    void begin();
    /// Takes the pins alone, as after somebody used them otherwise. The clock stays.
    void takePins();
    std::uint32_t setClockHz(std::uint32_t hz) override;
    void select(bool selected) override;
    void transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) override;
    void beginRead(std::span<std::uint8_t> in) override;
    bool readDone() override;

private:
    unsigned sender_ = 0;
    unsigned receiver_ = 0;
};

} // namespace framegate::firmware
