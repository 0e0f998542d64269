// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace framegate {

/// What a run of a unit came to.
enum class Outcome : std::uint8_t {
    Pass,    ///< every step done, every measurement within its limits, the record committed
    Fail,    ///< the unit is bad
    Error,   ///< the station could not tell
    Aborted, ///< somebody stopped it
};

/// "PASS", "FAIL", "ERROR", "ABORTED".
std::string_view outcomeText(Outcome outcome);

} // namespace framegate
