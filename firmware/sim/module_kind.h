// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::sim {

enum class SensorKind { Ov2640, Ov5642 };

/// Which of bits 4 and 5 of the FIFO control register sets the read pointer back.
enum class Rewinds { Never, Bit4, Bit5, EitherBit, BothBits };

/// What is built into a module: its sensor, and what tells its ArduChip from others. Sources contradict each
/// other on rewinding, so the boards differ here: whoever relies on one of them is found out.
struct ModuleKind {
    SensorKind sensor = SensorKind::Ov2640;
    std::uint8_t version = 0x40;      ///< ArduChip register 0x40
    std::size_t fifoBytes = 0x800000; ///< capacity of the frame memory
    bool dummyByte = false;           ///< the first byte read of a frame means nothing
    Rewinds rewinds = Rewinds::EitherBit;
    bool setsPolarity = true; ///< register 0x03 says which level of VSYNC is active; else it is low, as sent
    double activeAmps = 0.07; ///< typical supply current, and with the sensor powered down; assumptions
    double standbyAmps = 0.02;
};

/// The kind of module that board \a board makes with sensor \a sensor, by the names of fixtures; null if
/// nobody simulates it.
const ModuleKind* findModule(std::string_view sensor, std::string_view board);
/// "ov2640 on mini-2mp", …
std::vector<std::string> moduleNames();

} // namespace framegate::sim
