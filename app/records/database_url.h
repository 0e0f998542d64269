// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string_view>

namespace framegate {

/// The absolute path that \a url names: sqlite:///absolute/path, or sqlite://relative/path from the current
/// folder. The path is taken as it stands; nothing in it is escaped. Errors: InvalidInput `DB_URL`.
Result<std::filesystem::path> sqliteFileOf(std::string_view url);

} // namespace framegate
