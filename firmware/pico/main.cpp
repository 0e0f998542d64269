// SPDX-License-Identifier: MIT
//
// The test firmware on a Pico: core's requests, carried on between USB's events.
#include "core/core.h"
#include "pico/pico_board.h"
#include "pico/pico_clock.h"
#include "pico/pico_i2c.h"
#include "pico/pico_lines.h"
#include "pico/pico_outputs.h"
#include "pico/pico_spi.h"
#include "pico/reset_interface.h"
#include "pico/usb_link.h"
#include "protocol/usb_identity.h"

#include <hardware/watchdog.h>
#include <pico/time.h>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t longestNapUs = 10'000; // the LED blinks and a reboot falls due without an interrupt

void leave(Core& core, PicoBoard& board, const Departure& departure) {
    core.abort();
    board.leave(departure);
}

/// One round: USB, the request at hand, the board. Returns whether there may be more to do at once.
bool serveOnce(Core& core, UsbLink& link, PicoBoard& board, PicoClock& clock) {
    watchdog_update();
    link.serve();
    if (link.takeReset()) core.abort();
    if (link.takeRestart()) leave(core, board, {wire::RebootTarget::Firmware});
    if (const auto departure = ResetInterface::only().take()) leave(core, board, *departure);
    if (const auto frame = link.received()) {
        core.receive(*frame);
        link.release();
    }
    const bool worked = core.poll();
    board.serve(clock.nowUs(), link.drained() && !core.busy());
    return worked;
}

[[noreturn]] void run() {
    static PicoClock clock;
    static PicoSpi spi;
    static PicoI2c i2c;
    static PicoLines lines(spi, i2c);
    static PicoAdc adc;
    static PicoOutputs outputs;
    static PicoBoard board;
    auto& link = UsbLink::only();
    startClocks();
    spi.begin();
    i2c.begin();
    lines.begin();
    adc.begin();
    outputs.begin();
    board.begin();
    static Core core({clock, spi, i2c, link, board, &lines, &adc, &outputs}, PicoBoard::identity());
    link.begin();
    watchdog_enable(wire::watchdogMs, true);
    for (;;)
        if (!serveOnce(core, link, board, clock))
            best_effort_wfe_or_timeout(make_timeout_time_us(longestNapUs));
}

} // namespace
} // namespace framegate::firmware

int main() {
    framegate::firmware::run();
}
