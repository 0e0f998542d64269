// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "camera/camera.h"
#include "domain/measurement.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// A count as a reading, in UCUM's arbitrary unit \a of, such as "{register}".
inline Reading countReading(std::string name, double count, std::string of,
                            std::optional<Resolution> resolution) {
    return {std::move(name), count, "{" + std::move(of) + "}", resolution};
}

/// A time as a reading, in seconds.
inline Reading timeReading(std::string name, std::chrono::nanoseconds time,
                           std::optional<Resolution> resolution) {
    return {std::move(name), std::chrono::duration<double>(time).count(), "s", resolution};
}

/// What a change of registers took.
inline void addRegisterReadings(std::vector<Reading>& readings, const SizeChange& change, Resolution size) {
    readings.push_back(countReading("register_mismatches", change.mismatches, "register", size));
    readings.push_back(countReading("register_writes", change.writes, "register", size));
    readings.push_back(countReading("i2c_nacks", change.nacks, "operation", size));
}

} // namespace framegate
