// SPDX-License-Identifier: GPL-3.0-or-later
//
// Both sensors against every published driver: what differs is what docs/sensors.md says, no more, no less.
#include "config/readers.h"
#include "config_folder.h"
#include "support/vendor_sequences.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace framegate::config {
namespace {

using namespace test;

struct Driver {
    const char* sensor;
    const char* name;
};

void PrintTo(const Driver& driver, std::ostream* out) {
    *out << driver.sensor << " by " << driver.name;
}

std::vector<RegisterWrite> vendorPlaced(const SensorDescription& sensor, const std::string& table) {
    const auto writes = vendorWrites(table);
    return sensor.bankRegister ? placed(writes) : flat(writes);
}

RegisterImage vendorImage(const SensorDescription& sensor, const std::string& driver,
                          const std::string& size) {
    RegisterImage image;
    writeAll(image, vendorPlaced(sensor, "seq/init_" + sensor.name + "_" + driver + ".csv"));
    writeAll(image, vendorPlaced(sensor, sensor.name + "_" + size + ".csv"));
    return image;
}

RegisterImage ourImage(const SensorDescription& sensor, const SensorMode& mode) {
    RegisterImage image;
    writeAll(image, sensor.base);
    writeAll(image, mode.writes);
    return image;
}

/// Tables inside the sensor are compared in order, elsewhere.
void dropTableAccesses(const SensorDescription& sensor, Differences& differences) {
    if (sensor.bankRegister)
        std::erase_if(differences, [](const auto& entry) { return isTableAccess(entry.first); });
}

class VendorDifferences : public testing::TestWithParam<Driver> {
protected:
    void SetUp() override {
        if (!vendorSequencesAtHand()) GTEST_SKIP() << "the vendor's sequences are not at hand";
    }
};

TEST_P(VendorDifferences, AtEverySize_AreThoseOfTheTable) {
    const auto [name, driver] = GetParam();
    const auto sensor = readSensor(shippedFolder() / "sensors" / (std::string(name) + ".toml"));
    ASSERT_TRUE(sensor) << sensor.error().message;
    for (const auto& mode : sensor->modes) {
        const auto size = mode.size.text();
        auto found = differences(ourImage(*sensor, mode), vendorImage(*sensor, driver, size));
        dropTableAccesses(*sensor, found);
        EXPECT_EQ(found, meantDifferences(name, driver, size)) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(Drivers, VendorDifferences,
                         testing::Values(Driver{"ov2640", "arduino"}, Driver{"ov2640", "pico_c"},
                                         Driver{"ov2640", "pico_python"},
                                         Driver{"ov5642", "arduino_mini_plus"},
                                         Driver{"ov5642", "arduino_mini_other"}, Driver{"ov5642", "pico_c"},
                                         Driver{"ov5642", "pico_python"}));

} // namespace
} // namespace framegate::config
