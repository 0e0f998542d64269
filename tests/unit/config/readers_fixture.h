// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/readers.h"
#include "config_folder.h"

#include <gtest/gtest.h>
#include <string>

namespace framegate::config {

/// A folder with one sensor, board, limits file and plan, each as small as may be.
class Readers : public testing::Test {
protected:
    Readers() {
        folder_.write("sensors/tiny.toml", sensor_);
        folder_.write("boards/flat.toml", board_);
        folder_.write("limits/wide.toml", limits_);
    }

    std::string sensorError(const std::string& text) {
        return folder_.relative(configError(readSensor(folder_.write("s.toml", text))));
    }
    std::string boardError(const std::string& text) {
        return folder_.relative(configError(readBoard(folder_.write("b.toml", text))));
    }
    std::string limitsError(const std::string& text) {
        return folder_.relative(configError(readLimits(folder_.write("l.toml", text))));
    }
    std::string planError(const std::string& text) {
        return folder_.relative(configError(readPlan(folder_.write("plans/p.toml", text))));
    }
    std::string stationError(const std::string& text) {
        return folder_.relative(configError(readStation(folder_.write("t.toml", text))));
    }
    std::string serialsError(const std::string& text) {
        return folder_.relative(configError(readSerials(folder_.write("u.txt", text))));
    }

    const std::string sensor_ = R"(name = "tiny"
i2c_address = 0x30
address_bytes = 1
bank_register = 0xff
soft_reset = ["CONTROL", 0x80]
[registers]
CONTROL = { bank = 1, address = 0x12, meaning = "reset" }
WIDTH = { bank = 0, address = 0x5a, meaning = "width" }
PORT = { bank = 0, address = 0x7d, port = true, meaning = "a table" }
[[identity]]
register = "CONTROL"
accepted = [0x26]
[[base]]
bank = 0
writes = [["PORT", [1, 2]], [0x10, [3, 4]], [0x20, 5]]
[[block]]
name = "common"
bank = 1
writes = [["CONTROL", 0x40]]
[[mode]]
size = "640x480"
parts = ["common", { bank = 0, writes = [["WIDTH", 0xa0]] }]
[[mode]]
size = "320x240"
parts = ["common", { bank = 0, writes = [["WIDTH", 0x50]] }]
)";
    const std::string board_ = R"(name = "flat"
versions = [0x40]
fifo_bytes = 524288
dummy_bytes = 1
zero_tail_bytes = 0
spi_hz_max = 4_000_000
start = [[0x07, 0x80, 100]]
)";
    const std::string limits_ = R"(name = "wide"
version = "3"
[[limit]]
name = "luma_mean"
low = 20
high = 235.5
marginal_band = 5
reason = "neither black nor white"
[[limit]]
name = "luma_mean"
resolution = "320x240"
low = 30
reason = "brighter there"
)";
    const std::string plan_ = R"(name = "short"
version = "7"
part_number = "PN-1"
sensor = "tiny"
board = "flat"
limits = "wide"
unit_time_limit_s = 30
runs_on_error = 1
[timing]
write_pause_us = 1
reset_wait_ms = 2
settle_limit_ms = 3
capture_limit_ms = 4
i2c_hz = 400_000
spi_hz = 4_000_000
[[main]]
step = "capture"
resolutions = ["640x480", "320x240"]
attempts = 2
)";
    const std::string station_ = R"(name = "bench"
[[slot]]
number = 2
port = "1-2"
[[slot]]
number = 1
port = "1-1.4"
)";
    ConfigFolder folder_;
};

} // namespace framegate::config
