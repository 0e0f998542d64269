// SPDX-License-Identifier: GPL-3.0-or-later
//
// Our writes with the pauses of other drivers give our register image on a good module. The pauses are read
// from these drivers' published sequences, where they are at hand.
#include "sensor_bench.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace framegate {
namespace {

using namespace std::chrono_literals;

/// A driver's shortest pause after a write, and its pause after the soft reset.
struct Pauses {
    std::chrono::milliseconds write{1000};
    std::chrono::milliseconds reset{0};
    unsigned writes = 0;
};

/// Of a table with the columns step, kind, addr_hex, value_hex, delay_ms_after, note.
Pauses pausesOf(const std::filesystem::path& file) {
    std::ifstream stream(file);
    Pauses pauses;
    for (std::string line; std::getline(stream, line);) {
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, ',');)
            cells.push_back(cell);
        if (cells.size() < 5 || cells[0] == "step") continue;
        const std::chrono::milliseconds pause{std::stoi(cells[4])};
        if (cells[1] == "delay") pauses.reset = std::max(pauses.reset, pause);
        if (cells[1] != "w") continue;
        pauses.write = std::min(pauses.write, pause);
        ++pauses.writes;
    }
    return pauses;
}

struct Driver {
    const char* plan;
    const char* sequence;
};

class DriverPauses : public testing::TestWithParam<Driver> {};

TEST_P(DriverPauses, WithOurWrites_GiveOurRegisterImageAtEverySize) {
    const auto file = std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors/seq" / GetParam().sequence;
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the drivers' sequences are not at hand";
    const auto pauses = pausesOf(file);
    ASSERT_GT(pauses.writes, 100U);
    ASSERT_GE(pauses.reset, 100ms);
    const auto ours = test::shippedPlan(GetParam().plan);
    auto theirs = ours;
    theirs.timing.writePause = pauses.write;
    theirs.timing.resetWait = pauses.reset;
    test::SensorBench with(theirs);
    test::SensorBench without(ours);
    for (const auto& mode : ours.sensor.modes) {
        with.to(mode.size);
        without.to(mode.size);
        EXPECT_EQ(with.held(mode.size), without.held(mode.size)) << mode.size.text();
    }
}

INSTANTIATE_TEST_SUITE_P(Drivers, DriverPauses,
                         testing::Values(Driver{"ov2640.toml", "init_ov2640_arduino.csv"},
                                         Driver{"ov2640.toml", "init_ov2640_pico_c.csv"},
                                         Driver{"ov2640.toml", "init_ov2640_pico_python.csv"},
                                         Driver{"ov5642.toml", "init_ov5642_arduino_mini_plus.csv"},
                                         Driver{"ov5642.toml", "init_ov5642_arduino_mini_other.csv"},
                                         Driver{"ov5642.toml", "init_ov5642_pico_c.csv"},
                                         Driver{"ov5642.toml", "init_ov5642_pico_python.csv"}),
                         [](const auto& tested) {
                             const std::string name = tested.param.sequence;
                             return name.substr(5, name.size() - 9);
                         });

} // namespace
} // namespace framegate
