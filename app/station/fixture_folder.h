// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>

namespace framegate {

/// The folder of shipped plans, limits, sensors and boards: FRAMEGATE_FIXTURES where set, else fixtures/ in
/// the working folder, beside the build tree, or share/framegate/fixtures beside the installed program.
/// Errors: NotFound `FIXTURES` with the places looked at.
Result<std::filesystem::path> findFixtureFolder();

} // namespace framegate
