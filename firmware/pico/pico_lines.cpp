// SPDX-License-Identifier: MIT
#include "pico/pico_lines.h"

#include "pico/pins.h"
#include <hardware/adc.h>
#include <hardware/clocks.h>
#include <hardware/gpio.h>
#include <hardware/structs/systick.h>
#include <hardware/sync.h>

#include <algorithm>
#include <array>

namespace framegate::firmware {
namespace {

/// In the order of wire::Line.
constexpr std::array<std::uint8_t, wire::lineCount> gpios = {pins::spiSelect, pins::spiClock, pins::spiMosi,
                                                             pins::spiMiso,   pins::i2cData,  pins::i2cClock};
constexpr std::uint32_t sysTickEnabled = 0x5; // counts the core's clock, no interrupt
constexpr std::uint32_t sysTickMask = 0xFFFFFF;
constexpr std::uint32_t adcMv = 3300;
constexpr std::uint32_t adcSteps = 4096;
constexpr unsigned firstAdcGpio = 26;
constexpr std::uint32_t samples = 64;

unsigned gpioOf(wire::Line line) {
    return gpios[static_cast<std::size_t>(line)];
}

std::uint32_t nanoseconds(std::uint32_t cycles) {
    return static_cast<std::uint32_t>(std::uint64_t{cycles} * 1'000'000'000 / clock_get_hz(clk_sys));
}

/// Millivolts at a pin of the ADC, the mean of some samples.
std::uint32_t measuredMv(int gpio) {
    adc_select_input(static_cast<unsigned>(gpio) - firstAdcGpio);
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < samples; ++i)
        sum += adc_read();
    return sum * adcMv / (samples * adcSteps);
}

} // namespace

void PicoLines::begin() {
    if constexpr (pins::supplySwitch != pins::none) {
        gpio_init(pins::supplySwitch);
        gpio_set_dir(pins::supplySwitch, true);
        gpio_put(pins::supplySwitch, true);
    }
}

void PicoLines::take() {
    for (const auto gpio : gpios) {
        gpio_init(gpio); // an input of SIO
        gpio_disable_pulls(gpio);
    }
}

void PicoLines::giveBack() {
    for (const auto gpio : gpios) {
        gpio_set_dir(gpio, false);
        gpio_disable_pulls(gpio);
    }
    spi_.takePins();
    i2c_.takePins();
}

void PicoLines::drive(wire::Line line, Drive drive) {
    const auto gpio = gpioOf(line);
    gpio_set_pulls(gpio, drive == Drive::PullUp, drive == Drive::PullDown);
    gpio_put(gpio, drive == Drive::High);
    gpio_set_dir(gpio, drive == Drive::Low || drive == Drive::High);
}

std::uint8_t PicoLines::levels() {
    const auto all = gpio_get_all();
    std::uint8_t high = 0;
    for (std::size_t i = 0; i < gpios.size(); ++i)
        if ((all >> gpios[i] & 1U) != 0) high = static_cast<std::uint8_t>(high | 1U << i);
    return high;
}

std::uint32_t PicoLines::riseNs(wire::Line line, std::uint32_t boundNs) {
    const auto mask = 1U << gpioOf(line);
    // SysTick counts 24 bits down: 134 ms at 125 MHz, longer than any bound that core lets through.
    const auto bound = std::min<std::uint32_t>(
        sysTickMask / 2,
        static_cast<std::uint32_t>(std::uint64_t{boundNs} * clock_get_hz(clk_sys) / 1'000'000'000));
    drive(line, Drive::Low);
    gpio_set_pulls(gpioOf(line), true, false); // before the release, which then is one store
    systick_hw->rvr = sysTickMask;
    systick_hw->csr = sysTickEnabled;
    const auto interrupts = save_and_disable_interrupts();
    const auto begin = systick_hw->cvr;
    gpio_set_dir_in_masked(mask);
    std::uint32_t cycles = 0;
    bool high = false;
    for (std::uint32_t looks = 0; !high && cycles <= bound && looks <= bound; ++looks) {
        high = (gpio_get_all() & mask) != 0;
        cycles = (begin - systick_hw->cvr) & sysTickMask;
    }
    restore_interrupts(interrupts);
    return high ? nanoseconds(cycles) : wire::neverRose;
}

bool PicoLines::setSupply(bool on) {
    if constexpr (pins::supplySwitch == pins::none) return false;
    gpio_put(static_cast<unsigned>(pins::supplySwitch), on);
    return true;
}

void PicoAdc::begin() {
    if constexpr (pins::railAdc == pins::none && pins::currentAdc == pins::none) return;
    adc_init();
    if constexpr (pins::railAdc != pins::none) adc_gpio_init(pins::railAdc);
    if constexpr (pins::currentAdc != pins::none) adc_gpio_init(pins::currentAdc);
}

std::uint32_t PicoAdc::railMv() {
    if constexpr (pins::railAdc == pins::none) return wire::notMeasured;
    return pins::railDivider * measuredMv(pins::railAdc);
}

std::uint32_t PicoAdc::currentUa() {
    if constexpr (pins::currentAdc == pins::none) return wire::notMeasured;
    return static_cast<std::uint32_t>(std::uint64_t{measuredMv(pins::currentAdc)} * 1'000'000 /
                                      pins::currentMvPerA);
}

} // namespace framegate::firmware
