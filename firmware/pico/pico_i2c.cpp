// SPDX-License-Identifier: MIT
#include "pico/pico_i2c.h"

#include "pico/pins.h"
#include <hardware/clocks.h>
#include <hardware/gpio.h>
#include <hardware/i2c.h>
#include <pico/time.h>

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t slowestHz = 2000; // the counters have 16 bits
constexpr unsigned byteTimeoutUs = 10'000;
constexpr unsigned pulsesToFree = 9;
constexpr std::uint32_t halfPulseUs = 5;

/// The bus clock that the controller really makes: RP2040 datasheet 4.3.14.
std::uint32_t busHz() {
    const auto* hw = i2c_get_hw(i2c0);
    const auto cycles = hw->fs_scl_hcnt + hw->fs_spklen + 7 + hw->fs_scl_lcnt + 1;
    return clock_get_hz(clk_sys) / cycles;
}

/// Open drain by hand: low is driven, high is let go.
void drive(unsigned pin, bool low) {
    gpio_set_dir(pin, low);
    busy_wait_us_32(halfPulseUs);
}

} // namespace

void PicoI2c::begin() {
    i2c_init(i2c0, hz_);
    takePins();
}

void PicoI2c::takePins() {
    for (const auto pin : {pins::i2cData, pins::i2cClock}) {
        gpio_set_function(pin, GPIO_FUNC_I2C);
        gpio_pull_up(pin);
    }
}

std::uint32_t PicoI2c::setClockHz(std::uint32_t hz) {
    hz_ = std::max(hz, slowestHz);
    i2c_set_baudrate(i2c0, hz_);
    return busHz();
}

I2cResult PicoI2c::write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) {
    return judge(
        i2c_write_timeout_per_char_us(i2c0, address, bytes.data(), bytes.size(), holdBus, byteTimeoutUs),
        bytes.size());
}

I2cResult PicoI2c::read(std::uint8_t address, std::span<std::uint8_t> bytes) {
    return judge(
        i2c_read_timeout_per_char_us(i2c0, address, bytes.data(), bytes.size(), false, byteTimeoutUs),
        bytes.size());
}

I2cResult PicoI2c::judge(int result, std::size_t wanted) {
    if (result == static_cast<int>(wanted)) return I2cResult::Ok;
    i2c0->restart_on_next = false; // the controller has let go of the bus
    if (result != PICO_ERROR_TIMEOUT) return I2cResult::Nack;
    freeBus();
    return I2cResult::Timeout;
}

void PicoI2c::freeBus() {
    i2c_deinit(i2c0);
    for (const auto pin : {pins::i2cData, pins::i2cClock}) {
        gpio_init(pin); // an input; its output, once driven, is low
        gpio_pull_up(pin);
    }
    for (unsigned pulse = 0; pulse < pulsesToFree && !gpio_get(pins::i2cData); ++pulse) {
        drive(pins::i2cClock, true);
        drive(pins::i2cClock, false);
    }
    drive(pins::i2cClock, true);
    drive(pins::i2cData, true);
    drive(pins::i2cClock, false);
    drive(pins::i2cData, false);
    i2c_init(i2c0, hz_);
    takePins();
}

} // namespace framegate::firmware
