// SPDX-License-Identifier: MIT
#include "pico/pico_board.h"

#include "pico/pins.h"
#include <hardware/gpio.h>
#include <hardware/watchdog.h>
#include <pico/bootrom.h>
#include <pico/unique_id.h>

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
    rebooting_ = true;
    target_ = target;
}

void PicoBoard::serve(std::uint64_t nowUs, bool linkDrained) {
    const bool lit = pattern_ == wire::LedPattern::On ||
                     (pattern_ == wire::LedPattern::Blink && nowUs / halfBlinkUs % 2 == 0);
    gpio_put(pins::led, lit);
    if (!rebooting_ || !linkDrained) return;
    if (rebootAtUs_ == 0) rebootAtUs_ = nowUs + lastPacketUs;
    if (nowUs < rebootAtUs_) return;
    if (target_ == wire::RebootTarget::Bootsel) reset_usb_boot(0, 0);
    watchdog_reboot(0, 0, 0);
}

BoardIdentity PicoBoard::identity() {
    BoardIdentity identity;
    identity.version = FRAMEGATE_VERSION;
    identity.gitHash = FRAMEGATE_GIT_HASH;
    pico_unique_board_id_t id;
    pico_get_unique_board_id(&id);
    std::copy(std::begin(id.id), std::end(id.id), identity.id);
    if (watchdog_enable_caused_reboot()) identity.flags = wire::flagWatchdog;
#if PICO_RP2040
    identity.chip = wire::Chip::Rp2040;
#else
    identity.chip = wire::Chip::Rp2350;
#endif
    return identity;
}

} // namespace framegate::firmware
