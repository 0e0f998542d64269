// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/measurement.h"

#include <chrono>
#include <optional>
#include <string>

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

} // namespace framegate
