// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <stop_token>
#include <string>

namespace framegate {

/// What would be over before it began is not begun: nothing is left half done on the wire. \a doing says what
/// it is. Errors: Cancelled `CANCELLED`, Timeout `USB_TIMEOUT`.
Result<> mayBegin(const Clock& clock, Deadline deadline, const std::stop_token& stop,
                  const std::string& doing);

} // namespace framegate
