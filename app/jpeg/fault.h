// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace framegate::jpeg {

/// What is wrong with a picture, and at which byte of what was given.
struct Fault {
    std::string code;
    std::string detail;
    std::size_t offset = 0;
};

} // namespace framegate::jpeg
