// SPDX-License-Identifier: MIT
#include "pico/pico_board.h"

#include "pico/board_id.h"
#include "pico/pins.h"
#include <hardware/gpio.h>
#include <hardware/watchdog.h>
#include <pico/bootrom.h>

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint64_t halfBlinkUs = 250'000;
constexpr std::uint64_t lastPacketUs = 2000; // the host's acknowledgement of the answer is through by then

} // namespace

void PicoBoard::begin() {
    gpio_init(pins::led);
    gpio_set_dir(pins::led, GPIO_OUT);
}

void PicoBoard::setLed(wire::LedPattern pattern) {
    pattern_ = pattern;
}

void PicoBoard::reboot(wire::RebootTarget target) {
    leave({target});
    waitForLink_ = true;
}

void PicoBoard::leave(const Departure& departure) {
    leaving_ = true;
    waitForLink_ = false;
    departure_ = departure;
}

void PicoBoard::serve(std::uint64_t nowUs, bool linkDrained) {
    const bool lit = pattern_ == wire::LedPattern::On ||
                     (pattern_ == wire::LedPattern::Blink && nowUs / halfBlinkUs % 2 == 0);
    gpio_put(pins::led, lit);
    if (!leaving_ || (waitForLink_ && !linkDrained)) return;
    if (leaveAtUs_ == 0) leaveAtUs_ = nowUs + lastPacketUs;
    if (nowUs < leaveAtUs_) return;
    if (departure_.target == wire::RebootTarget::Bootsel)
        rom_reset_usb_boot_extra(departure_.activityGpio, departure_.withoutInterfaces, false);
    watchdog_reboot(0, 0, 0);
}

BoardIdentity PicoBoard::identity() {
    BoardIdentity identity;
    identity.version = FRAMEGATE_VERSION;
    identity.gitHash = FRAMEGATE_GIT_HASH;
    std::copy(boardId().begin(), boardId().end(), identity.id);
    if (watchdog_enable_caused_reboot()) identity.flags = wire::flagWatchdog;
#if PICO_RP2040
    identity.chip = wire::Chip::Rp2040;
#else
    identity.chip = wire::Chip::Rp2350;
#endif
    return identity;
}

} // namespace framegate::firmware
