// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

namespace framegate {

/// Whether the trouble may lie with the board or its link, and stay.
bool doubtsBoard(const Error& error);

/// The station's own trouble as a record tells it: the slot in front and, where board or link may be at
/// fault, what to do behind. Errors of the module and stop requests stay as they are.
Error inSlot(Error error, int slot);

} // namespace framegate
