// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/document.h"
#include "simulation/scenario.h"

#include <string>
#include <vector>

namespace framegate::simulation {

/// The fault that `fault` and its parameters in \a entry describe. Errors: InvalidInput `CONFIG` for names
/// nobody knows, faults that are not simulated yet, and values that physics does not allow.
Result<FaultSpec> readFault(const config::Table& entry);

/// A fault with every parameter at its default, by name.
Result<FaultSpec> defaultFault(const config::Value& name);

/// Every fault of a unit that a mix may draw, with default parameters.
std::vector<FaultSpec> allDefaultFaults();

} // namespace framegate::simulation
