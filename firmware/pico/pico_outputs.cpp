// SPDX-License-Identifier: MIT
#include "pico/pico_outputs.h"

#include "pico/pins.h"
#include <hardware/gpio.h>

#include <array>

namespace framegate::firmware {
namespace {

/// In the order of wire::Output.
constexpr std::array<int, wire::outputCount> gpios = {pins::chartLight, pins::diffuser, pins::shutter};

} // namespace

void PicoOutputs::begin() {
    for (const int gpio : gpios) {
        if (gpio == pins::none) continue;
        gpio_init(static_cast<unsigned>(gpio));
        gpio_put(static_cast<unsigned>(gpio), false);
        gpio_set_dir(static_cast<unsigned>(gpio), GPIO_OUT);
    }
}

std::uint8_t PicoOutputs::available() {
    unsigned bits = 0;
    for (unsigned i = 0; i < gpios.size(); ++i)
        if (gpios[i] != pins::none) bits |= 1U << i;
    return static_cast<std::uint8_t>(bits);
}

void PicoOutputs::set(std::uint8_t levels) {
    for (unsigned i = 0; i < gpios.size(); ++i)
        if (gpios[i] != pins::none) gpio_put(static_cast<unsigned>(gpios[i]), (levels >> i & 1U) != 0);
}

} // namespace framegate::firmware
