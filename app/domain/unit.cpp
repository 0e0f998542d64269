// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/unit.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr std::size_t longestSerial = 64;

bool allowedInSerial(char c) {
    return c > ' ' && c <= '~' && std::string_view(",;\"'`/\\*?<>|").find(c) == std::string_view::npos;
}

} // namespace

Result<Serial> Serial::parse(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= longestSerial && text.front() != '.';
    if (fits && std::all_of(text.begin(), text.end(), allowedInSerial)) return Serial(std::string(text));
    return failure(
        ErrorKind::InvalidInput, "SERIAL",
        fmt::format("\"{}\" is no serial number; expected 1 to {} printable ASCII characters without "
                    "spaces, commas, semicolons, quotes, slashes or wildcards, and no dot in front",
                    text, longestSerial));
}

Serial Serial::numbered(unsigned index) {
    return Serial(fmt::format("FG-{:06}", index));
}

} // namespace framegate
