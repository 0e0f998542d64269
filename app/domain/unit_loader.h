// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/focus.h"
#include "domain/scene.h"
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
    /// Returns once \a slot's module sees \a scene, which the fixture cannot bring about by itself.
    /// Errors: Cancelled on a stop request; NotAvailable `NO_OPERATOR` where nobody can be asked.
    virtual Result<> show(int slot, Scene scene, std::stop_token stop) = 0;
    /// Tells whoever sets \a slot's lens how it stands, and gives them time to turn it; pictures go on being
    /// taken meanwhile. Returns whether they say that it is done. Nobody being there is no error: the lens
    /// then stays as it is. Errors: Cancelled on a stop request.
    virtual Result<bool> adjustFocus(int slot, const FocusLook& look, std::stop_token stop) = 0;
    /// The unit may be taken out.
    virtual void remove(int slot) = 0;
};

} // namespace framegate
