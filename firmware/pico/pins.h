// SPDX-License-Identifier: MIT
//
// Which wire is on which GPIO. The vendor's wiring of a single module to a Pico.
#pragma once

#include <cstdint>

namespace framegate::firmware::pins {

inline constexpr std::uint8_t spiClock = 2;
inline constexpr std::uint8_t spiMosi = 3;
inline constexpr std::uint8_t spiMiso = 4;
inline constexpr std::uint8_t spiSelect = 5;
inline constexpr std::uint8_t i2cData = 8;
inline constexpr std::uint8_t i2cClock = 9;
inline constexpr std::uint8_t led = 25;

} // namespace framegate::firmware::pins
