// SPDX-License-Identifier: MIT
//
// Which wire is on which GPIO. The vendor's wiring of a single module to a Pico, which has no switch for the
// module's supply, nothing at the ADC and no lights. A fixture that has says so here or on the compiler's
// command line.
#pragma once

#include <cstdint>

#ifndef FRAMEGATE_RAIL_ADC_GPIO
#define FRAMEGATE_RAIL_ADC_GPIO -1
#endif
#ifndef FRAMEGATE_CURRENT_ADC_GPIO
#define FRAMEGATE_CURRENT_ADC_GPIO -1
#endif
#ifndef FRAMEGATE_SUPPLY_SWITCH_GPIO
#define FRAMEGATE_SUPPLY_SWITCH_GPIO -1
#endif
#ifndef FRAMEGATE_CHART_LIGHT_GPIO
#define FRAMEGATE_CHART_LIGHT_GPIO -1
#endif
#ifndef FRAMEGATE_DIFFUSER_GPIO
#define FRAMEGATE_DIFFUSER_GPIO -1
#endif
#ifndef FRAMEGATE_SHUTTER_GPIO
#define FRAMEGATE_SHUTTER_GPIO -1
#endif

namespace framegate::firmware::pins {

inline constexpr std::uint8_t spiClock = 2;
inline constexpr std::uint8_t spiMosi = 3;
inline constexpr std::uint8_t spiMiso = 4;
inline constexpr std::uint8_t spiSelect = 5;
inline constexpr std::uint8_t i2cData = 8;
inline constexpr std::uint8_t i2cClock = 9;
inline constexpr std::uint8_t led = 25;

inline constexpr int none = -1;
/// GPIO 26 to 29: half of the module's supply, by two equal resistors.
inline constexpr int railAdc = FRAMEGATE_RAIL_ADC_GPIO;
inline constexpr std::uint32_t railDivider = 2;
/// GPIO 26 to 29: the amplifier of a shunt in the module's supply.
inline constexpr int currentAdc = FRAMEGATE_CURRENT_ADC_GPIO;
inline constexpr std::uint32_t currentMvPerA = 2500; ///< 50 mOhm times 50
/// High switches the module's supply on.
inline constexpr int supplySwitch = FRAMEGATE_SUPPLY_SWITCH_GPIO;
/// High switches the lamps on the chart on, brings the lit diffuser in front, closes the shutter.
inline constexpr int chartLight = FRAMEGATE_CHART_LIGHT_GPIO;
inline constexpr int diffuser = FRAMEGATE_DIFFUSER_GPIO;
inline constexpr int shutter = FRAMEGATE_SHUTTER_GPIO;

} // namespace framegate::firmware::pins
