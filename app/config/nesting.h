// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace framegate::config {

/// Deepest nesting of brackets, and longest dotted key, that a file may have.
inline constexpr std::size_t deepestNesting = 32;

/// Where a TOML text nests too deeply.
struct TooDeep {
    std::size_t line = 0;   ///< from 1
    std::size_t column = 0; ///< from 1, in code points
};

/// The first place where \a text nests brackets, or chains a dotted key, more than deepestNesting deep.
/// Parsing and destroying such a tree would recurse as deeply. Right for every text that is TOML up to
/// that place; for others the parser stops earlier.
std::optional<TooDeep> findTooDeep(std::string_view text);

} // namespace framegate::config
