// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace framegate::test {

/// firmware/driver/recipes.h, made of the sensors and boards in \a fixtures.
Result<std::string> driverRecipes(const std::filesystem::path& fixtures);

} // namespace framegate::test
