// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>

namespace framegate {

/// Makes the folder a lot is written to, or accepts one that is there: it must be writable, and must not
/// hold a lot unless \a resume. Errors: InvalidInput `OUTPUT_FOLDER`, which says what stands in the way.
Result<> prepareOutputFolder(const std::filesystem::path& folder, bool resume);

} // namespace framegate
