// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// LED, reboot, and who this board is.
class PicoBoard final : public BoardPort {
public:
    void begin();
    void setLed(wire::LedPattern pattern) override;
    void reboot(wire::RebootTarget target) override;
    /// Blinks, and reboots once asked to and \a linkDrained. Call often.
    void serve(std::uint64_t nowUs, bool linkDrained);
    static BoardIdentity identity();

private:
    wire::LedPattern pattern_ = wire::LedPattern::Off;
    bool rebooting_ = false;
    std::uint64_t rebootAtUs_ = 0; ///< 0: the link has not drained yet
    wire::RebootTarget target_ = wire::RebootTarget::Firmware;
};

} // namespace framegate::firmware
