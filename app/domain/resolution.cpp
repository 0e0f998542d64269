// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/resolution.h"

#include <charconv>
#include <fmt/format.h>

namespace framegate {

std::string Resolution::text() const {
    return fmt::format("{}x{}", width, height);
}

Result<Resolution> Resolution::parse(std::string_view text) {
    Resolution parsed;
    const char* const end = text.data() + text.size();
    const auto wide = std::from_chars(text.data(), end, parsed.width);
    if (wide.ec == std::errc{} && wide.ptr != end && *wide.ptr == 'x') {
        const auto high = std::from_chars(wide.ptr + 1, end, parsed.height);
        if (high.ec == std::errc{} && high.ptr == end && parsed.width > 0 && parsed.height > 0) return parsed;
    }
    return failure(ErrorKind::InvalidInput, "RESOLUTION",
                   fmt::format("\"{}\" is no resolution; expected WIDTHxHEIGHT, such as 320x240", text));
}

} // namespace framegate
