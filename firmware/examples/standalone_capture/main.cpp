// SPDX-License-Identifier: MIT
//
// A camera without a PC: a picture at each size the sensor has, handed on over the UART, again every ten
// seconds. The LED is on while the last round brought good pictures only. Where the pictures shall go instead
// is for another PictureSink to say.
#include "driver/camera_driver.h"
#include "driver/recipes.h"
#include "examples/standalone_capture/uart_sink.h"
#include "pico/pico_clock.h"
#include "pico/pico_i2c.h"
#include "pico/pico_spi.h"
#include "pico/pins.h"

#include <hardware/gpio.h>
#include <pico/time.h>

#if defined(STANDALONE_ov5642)
#define STANDALONE_SENSOR ov5642
#define STANDALONE_CARRIER mini5mpPlus
#else
#define STANDALONE_SENSOR ov2640
#define STANDALONE_CARRIER mini2mpPlus
#endif

namespace framegate::example {
namespace {

constexpr std::uint32_t betweenRoundsMs = 10'000;

void openLed() {
    gpio_init(firmware::pins::led);
    gpio_set_dir(firmware::pins::led, GPIO_OUT);
}

/// A picture, or what went wrong with it: each size is handed on as one or the other.
driver::Fault takeOne(driver::CameraDriver& camera, const driver::Sensor& sensor, const driver::Size& size,
                      UartSink& sink) {
    const auto fault = camera.setSize(size);
    if (fault == driver::Fault::None) return camera.capture(sink);
    sink.begin(sensor, size);
    sink.end(fault);
    return fault;
}

/// Every size once. Whatever went wrong, the module is started afresh for the next round.
bool takeAll(driver::CameraDriver& camera, const driver::Sensor& sensor, UartSink& sink) {
    std::uint16_t good = 0;
    std::uint16_t bad = 0;
    if (const auto fault = camera.start(); fault != driver::Fault::None) {
        sink.begin(sensor, sensor.sizes.front());
        sink.end(fault);
        ++bad;
    } else {
        for (const auto& size : sensor.sizes)
            ++(takeOne(camera, sensor, size, sink) == driver::Fault::None ? good : bad);
    }
    sink.endRound(good, bad);
    return bad == 0;
}

[[noreturn]] void run() {
    static firmware::PicoClock clock;
    static firmware::PicoSpi spi;
    static firmware::PicoI2c i2c;
    static UartSink sink;
    firmware::startClocks();
    spi.begin();
    i2c.begin();
    sink.open();
    openLed();
    static driver::CameraDriver camera(clock, spi, i2c, driver::STANDALONE_SENSOR,
                                       driver::STANDALONE_CARRIER);
    for (;;) {
        gpio_put(firmware::pins::led, takeAll(camera, driver::STANDALONE_SENSOR, sink));
        sleep_ms(betweenRoundsMs);
    }
}

} // namespace
} // namespace framegate::example

int main() {
    framegate::example::run();
}
