// SPDX-License-Identifier: MIT
#pragma once

#include "core/operations.h"

namespace framegate::firmware {

/// One register read: a chip-select pulse with the address and a byte back.
std::uint8_t readRegister(SpiPort& spi, std::uint8_t address);
/// One register write: bit 7 of the address byte says so.
void writeRegister(SpiPort& spi, std::uint8_t address, std::uint8_t value);

/// Register accesses over SPI, in order.
class SpiBatch {
public:
    /// Checks the whole list before anything is done.
    wire::Status start(std::span<const std::uint8_t> operations, Ports& ports);
    Progress advance(Ports& ports);
    const Ending& ending() const { return ending_; }
    const ReadValues& values() const { return values_; }
    std::uint32_t elapsedUs(Ports& ports) const {
        return static_cast<std::uint32_t>(ports.clock.nowUs() - begin_);
    }

private:
    struct Operation;
    Progress carryOut(const Operation& operation, Ports& ports);
    Progress poll(const Operation& operation, Ports& ports);
    Progress next(std::size_t size);

    OperationList list_;
    ReadValues values_;
    Ending ending_;
    Pause pause_;
    PollLoop poll_;
    std::uint64_t begin_ = 0;
    bool waiting_ = false; ///< in the delay at hand
};

} // namespace framegate::firmware
