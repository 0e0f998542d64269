// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/sensor_description.h"

#include <algorithm>

namespace framegate {

const SensorMode* SensorDescription::mode(Resolution size) const {
    const auto found =
        std::find_if(modes.begin(), modes.end(), [&](const SensorMode& m) { return m.size == size; });
    return found == modes.end() ? nullptr : &*found;
}

} // namespace framegate
