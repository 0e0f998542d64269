// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace framegate {

/// Of which units the judged pictures are kept, with what was found in them drawn over them.
enum class Overlays : std::uint8_t { None, Failed, All };

} // namespace framegate
