// SPDX-License-Identifier: MIT
//
// What `picotool info -a` shows of the image besides its name and version, which CMakeLists.txt gives.
#include "pico/pins.h"

#include <pico/binary_info.h>

namespace pins = framegate::firmware::pins;

// Macros of the SDK, which bring their own semicolons. One a line: they name things by the line.
// clang-format off
bi_decl(bi_program_description("Drives one camera module for a FrameGate test station"))
bi_decl(bi_program_feature("source revision " FRAMEGATE_GIT_HASH))
bi_decl(bi_1pin_with_name(pins::spiClock, "camera SCK"))
bi_decl(bi_1pin_with_name(pins::spiMosi, "camera MOSI"))
bi_decl(bi_1pin_with_name(pins::spiMiso, "camera MISO"))
bi_decl(bi_1pin_with_name(pins::spiSelect, "camera CS"))
bi_decl(bi_1pin_with_name(pins::i2cData, "camera SDA"))
bi_decl(bi_1pin_with_name(pins::i2cClock, "camera SCL"))
bi_decl(bi_1pin_with_name(pins::led, "slot LED"))
#if FRAMEGATE_RAIL_ADC_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::railAdc, "camera supply, half"))
#endif
#if FRAMEGATE_CURRENT_ADC_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::currentAdc, "camera current"))
#endif
#if FRAMEGATE_SUPPLY_SWITCH_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::supplySwitch, "camera supply switch"))
#endif
#if FRAMEGATE_CHART_LIGHT_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::chartLight, "chart light"))
#endif
#if FRAMEGATE_DIFFUSER_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::diffuser, "diffuser"))
#endif
#if FRAMEGATE_SHUTTER_GPIO >= 0
bi_decl(bi_1pin_with_name(pins::shutter, "shutter"))
#endif
