// SPDX-License-Identifier: GPL-3.0-or-later
//
// The driver for everyone on the simulated module: every size, and what can be wrong with a module.
#include "driver/camera_driver.h"

#include "driver/recipes.h"
#include "jpeg/validator.h"
#include "sim/camera_module.h"
#include "sim/host_board.h"
#include "simulation/chart_scene.h"
#include "support/driver_recipes.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace framegate::driver {
namespace {

/// Keeps what it is given.
struct Album : PictureSink {
    void begin(const Sensor&, const Size&) override { bytes.clear(); }
    void take(std::span<const std::uint8_t> part) override {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    void end(Fault fault) override { ends.push_back(fault); }
    std::vector<std::uint8_t> bytes;
    std::vector<Fault> ends;
};

/// A driver with a simulated module on its buses.
struct Bench {
    explicit Bench(const Sensor& wanted, const Carrier& on, const sim::Faults& faults = {})
        : sensor(wanted), carrier(on) {
        const auto* kind = sim::findModule(sensor.name, carrier.name);
        module = std::make_unique<sim::CameraModule>(faults, simulation::makeChartScene(1, kind->sensor), 1,
                                                     *kind);
        module->power(true, 0);
    }
    const Sensor& sensor;
    const Carrier& carrier;
    sim::SimClock clock;
    std::unique_ptr<sim::ModulePins> module;
    sim::HostSpi spi{clock, module};
    sim::HostI2c i2c{clock, module};
    CameraDriver driver{clock, spi, i2c, sensor, carrier};
    Album album;

    /// Start, the smallest size, one picture: the first fault.
    Fault once() {
        if (const auto fault = driver.start(); fault != Fault::None) return fault;
        if (const auto fault = driver.setSize(sensor.sizes.front()); fault != Fault::None) return fault;
        return driver.capture(album);
    }
};

jpeg::Verdict judged(const Album& album, const Sensor& sensor, const Size& size) {
    return jpeg::validate(std::as_bytes(std::span(album.bytes)),
                          {Resolution{size.width, size.height}, sensor.name});
}

void expectEverySize(const Sensor& sensor, const Carrier& carrier) {
    Bench bench(sensor, carrier);
    ASSERT_EQ(bench.driver.start(), Fault::None);
    for (const auto& size : sensor.sizes) {
        ASSERT_EQ(bench.driver.setSize(size), Fault::None) << size.width;
        ASSERT_EQ(bench.driver.capture(bench.album), Fault::None) << size.width;
        const auto verdict = judged(bench.album, sensor, size);
        EXPECT_TRUE(verdict.valid) << size.width << ": " << verdict.code << " " << verdict.detail;
    }
}

TEST(CameraDriver, EverySizeOfTheOv2640_IsAValidPicture) {
    expectEverySize(ov2640, mini2mpPlus);
}

TEST(CameraDriver, EverySizeOfTheOv5642_IsAValidPicture) {
    expectEverySize(ov5642, mini5mpPlus);
}

TEST(CameraDriver, SizesInAnyOrder_AreValid) {
    Bench bench(ov2640, mini2mpPlus);
    ASSERT_EQ(bench.driver.start(), Fault::None);
    for (const std::size_t i : {8U, 0U, 5U, 1U, 8U}) {
        const auto& size = ov2640.sizes[i];
        ASSERT_EQ(bench.driver.setSize(size), Fault::None) << size.width;
        ASSERT_EQ(bench.driver.capture(bench.album), Fault::None);
        EXPECT_TRUE(judged(bench.album, ov2640, size).valid) << size.width;
    }
}

struct FaultCase {
    const char* name;
    void (*set)(sim::Faults&);
    Fault expected;
};

class CameraDriverFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(CameraDriverFaults, AreNamed) {
    sim::Faults faults;
    GetParam().set(faults);
    Bench bench(ov2640, mini2mpPlus, faults);
    EXPECT_EQ(bench.once(), GetParam().expected) << textOf(bench.once());
    EXPECT_LT(bench.clock.nowUs(), 20'000'000U);
}

constexpr FaultCase cases[] = {
    {"absent", [](sim::Faults& f) { f.absent = true; }, Fault::NoModule},
    {"misoOpen", [](sim::Faults& f) { f.breakWire(sim::Pin::Miso); }, Fault::SpiScratch},
    {"sdaOpen", [](sim::Faults& f) { f.breakWire(sim::Pin::Sda); }, Fault::SensorSilent},
    {"sensorDead", [](sim::Faults& f) { f.sensorDead = true; }, Fault::SensorSilent},
    {"otherSensor", [](sim::Faults& f) { f.otherSensor = true; }, Fault::WrongSensor},
    {"standbyLeftBehind", [](sim::Faults& f) { f.standbyLeft = true; }, Fault::None},
    {"neverDone", [](sim::Faults& f) { f.neverDone = true; }, Fault::CaptureTimeout},
    {"vsyncPolarity", [](sim::Faults& f) { f.vsyncPolarity = true; }, Fault::FifoShort},
    {"overflow", [](sim::Faults& f) { f.overflow = true; }, Fault::FifoFull},
    {"noEoi", [](sim::Faults& f) { f.noEoi = true; }, Fault::Unended},
    {"staleInFront", [](sim::Faults& f) { f.staleBytes = 16; }, Fault::NoPicture},
    {"sizeIgnored",
     [](sim::Faults& f) {
         f.ignoredWidth = 160;
         f.ignoredHeight = 120;
     },
     Fault::OtherSize},
    {"slowToSettle", [](sim::Faults& f) { f.settleMs = 60'000; }, Fault::NoPicture},
};

INSTANTIATE_TEST_SUITE_P(Of, CameraDriverFaults, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(CameraDriver, CaptureBeforeASize_IsRefused) {
    Bench bench(ov2640, mini2mpPlus);
    ASSERT_EQ(bench.driver.start(), Fault::None);
    EXPECT_EQ(bench.driver.capture(bench.album), Fault::NotSettled);
}

TEST(Recipes, AreThoseOfTheFixtures) {
    const auto text = test::driverRecipes(FRAMEGATE_SOURCE_DIR "/fixtures");
    ASSERT_TRUE(text) << text.error().message;
    std::ifstream file(FRAMEGATE_SOURCE_DIR "/firmware/driver/recipes.h");
    std::stringstream now;
    now << file.rdbuf();
    EXPECT_TRUE(*text == now.str()) << "build/dev/bin/driver_recipes > firmware/driver/recipes.h";
}

} // namespace
} // namespace framegate::driver
