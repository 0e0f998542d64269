// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/unit.h"

#include <stop_token>

namespace framegate {

/// Puts units into slots: an operator at a fixture, or the virtual bench. Thread-safe; called from the
/// slot's thread.
class UnitLoader {
public:
    virtual ~UnitLoader() = default;
    /// Returns once \a unit sits in \a slot (from 1). Errors: Cancelled on a stop request.
    virtual Result<> insert(int slot, const Unit& unit, int run, std::stop_token stop) = 0;
    /// The unit may be taken out.
    virtual void remove(int slot) = 0;
};

} // namespace framegate
