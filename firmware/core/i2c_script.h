// SPDX-License-Identifier: MIT
#pragma once

#include "core/operations.h"

namespace framegate::firmware {

/// An I2C script: writes, reads, delays, polls and checks, with a least pause after each write.
class I2cScript {
public:
    /// Checks the whole list before anything is done.
    wire::Status start(const wire::I2cScriptRequest& request, Ports& ports);
    Progress advance(Ports& ports);
    const Ending& ending() const { return ending_; }
    wire::I2cScriptDone done(Ports& ports) const;

private:
    struct Operation;
    Progress carryOut(const Operation& operation, Ports& ports);
    Progress poll(const Operation& operation, Ports& ports);
    Progress finish(const Operation& operation, I2cResult result, std::uint8_t lost);
    Progress next(std::size_t size);
    I2cResult writeOut(std::span<const std::uint8_t> bytes, bool holdBus, Ports& ports);
    I2cResult readBack(const Operation& operation, std::span<std::uint8_t> values, Ports& ports);
    void check(const Operation& operation, std::uint8_t value);

    std::uint8_t address_ = 0;
    std::uint8_t flags_ = 0;
    std::uint32_t pauseUs_ = 0;
    OperationList list_;
    ReadValues values_;
    Ending ending_;
    Pause pause_;
    PollLoop poll_;
    unsigned retried_ = 0; ///< tries of the operation at hand that were not acknowledged
    bool waiting_ = false;
    bool quiet_ = false; ///< the pause after a write is running
    Pause quietPause_;
    std::uint64_t begin_ = 0;
    wire::I2cScriptDone counts_;
};

} // namespace framegate::firmware
