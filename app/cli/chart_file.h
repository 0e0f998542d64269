// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace framegate {

/// A chart by name, of the shipped ones, or by a path with a slash or the ending .toml.
Result<std::filesystem::path> chartFile(const std::string& chart);

} // namespace framegate
