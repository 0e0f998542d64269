// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/usb_port_path.h"

#include <string>
#include <vector>

namespace framegate {

/// One place of the fixture, fixed by where its Pico is plugged in.
struct SlotLayout {
    int number = 1; ///< as printed on the fixture, from 1
    UsbPortPath port;
};

/// A station and its slots (fixtures/stations). A value.
struct StationLayout {
    std::string name = "station-1";
    std::vector<SlotLayout> slots;
};

} // namespace framegate
