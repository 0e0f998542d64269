// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace framegate {

/// This program's version and source revision: "0.1.0+1a2b3c4d5e6f".
std::string softwareVersion();

} // namespace framegate
