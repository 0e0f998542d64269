// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/sensor_description.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

TEST(SensorDescription, Mode_IsFoundByItsExactSize) {
    SensorDescription sensor;
    sensor.modes.resize(2);
    sensor.modes[0].size = {320, 240};
    sensor.modes[1].size = {640, 480};
    EXPECT_EQ(sensor.mode({640, 480}), &sensor.modes[1]);
    EXPECT_EQ(sensor.mode({480, 640}), nullptr);
    EXPECT_EQ(SensorDescription().mode({320, 240}), nullptr);
}

} // namespace
} // namespace framegate
