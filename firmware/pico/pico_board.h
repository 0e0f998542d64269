// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// How the board is to go.
struct Departure {
    wire::RebootTarget target = wire::RebootTarget::Firmware;
    std::uint8_t withoutInterfaces = 0; ///< of BOOTSEL: bit 0 the drive, bit 1 PICOBOOT
    int activityGpio = -1;              ///< BOOTSEL's LED; -1: none
};

/// LED, reboot, and who this board is.
class PicoBoard final : public BoardPort {
public:
    void begin();
    void setLed(wire::LedPattern pattern) override;
    void reboot(wire::RebootTarget target) override;
    /// As reboot(), but whatever the link still holds is lost: the host need not read on.
    void leave(const Departure& departure);
    /// Blinks, and reboots once asked to and, but for leave(), \a linkDrained. Call often.
    void serve(std::uint64_t nowUs, bool linkDrained);
    static BoardIdentity identity();

private:
    wire::LedPattern pattern_ = wire::LedPattern::Off;
    bool leaving_ = false;
    bool waitForLink_ = false;
    std::uint64_t leaveAtUs_ = 0; ///< 0: the link has not drained yet
    Departure departure_;
};

} // namespace framegate::firmware
