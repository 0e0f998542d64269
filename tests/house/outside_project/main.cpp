// SPDX-License-Identifier: GPL-3.0-or-later
#include "driver/camera_driver.h"
#include "driver/recipes.h"

#ifdef ON_CHIP
#include "pico/pico_clock.h"
#include "pico/pico_i2c.h"
#include "pico/pico_spi.h"
#else
namespace framegate::firmware {

/// Buses with nothing on them.
struct PicoClock : ClockPort {
    std::uint64_t nowUs() override { return us; }
    void delayUs(std::uint32_t time) override { us += time; }
    std::uint64_t us = 0;
};
struct PicoSpi : SpiPort {
    void begin() {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz; }
    void select(bool) override {}
    void transfer(std::span<const std::uint8_t>, std::span<std::uint8_t>) override {}
    void beginRead(std::span<std::uint8_t>) override {}
    bool readDone() override { return true; }
};
struct PicoI2c : I2cPort {
    void begin() {}
    std::uint32_t setClockHz(std::uint32_t hz) override { return hz; }
    I2cResult write(std::uint8_t, std::span<const std::uint8_t>, bool) override { return I2cResult::Nack; }
    I2cResult read(std::uint8_t, std::span<std::uint8_t>) override { return I2cResult::Nack; }
};

} // namespace framegate::firmware
#endif

int main() {
    using namespace framegate;
    firmware::PicoClock clock;
    firmware::PicoSpi spi;
    firmware::PicoI2c i2c;
    spi.begin();
    i2c.begin();
    driver::CameraDriver camera(clock, spi, i2c, driver::ov2640, driver::mini2mpPlus);
    return camera.start() == driver::Fault::NoModule ? 0 : 1; // there is none
}
