// SPDX-License-Identifier: MIT
#include "pico/pico_clock.h"

#include <hardware/clocks.h>
#include <pico/time.h>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t tooShortToSleep = 50; // setting an alarm takes some microseconds

} // namespace

std::uint64_t PicoClock::nowUs() {
    return time_us_64();
}

void PicoClock::delayUs(std::uint32_t us) {
    if (us < tooShortToSleep) return busy_wait_us_32(us);
    const auto end = make_timeout_time_us(us);
    while (!best_effort_wfe_or_timeout(end)) {
    }
}

void startClocks() {
    clock_configure(clk_peri, 0, CLOCKS_CLK_PERI_CTRL_AUXSRC_VALUE_CLKSRC_PLL_USB, USB_CLK_HZ, USB_CLK_HZ);
}

} // namespace framegate::firmware
