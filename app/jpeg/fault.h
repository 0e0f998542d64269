// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace framegate::jpeg {

/// What is wrong with a picture, at which byte of what was given, and the evidence as far as it applies.
struct Fault {
    std::string code;
    std::string detail;
    std::size_t offset = 0;
    std::optional<std::uint8_t> marker{}; ///< the second byte of the segment or marker concerned
    std::optional<std::uint32_t> mcu{};   ///< counted from 0 in scan order
    std::string expected{};
    std::string got{};
};

} // namespace framegate::jpeg
