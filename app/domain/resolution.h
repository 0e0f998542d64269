// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace framegate {

/// The size of a picture in pixels. A value.
struct Resolution {
    std::uint16_t width = 0;
    std::uint16_t height = 0;

    /// "320x240".
    std::string text() const;
    /// Errors: InvalidInput `RESOLUTION` for anything but WIDTHxHEIGHT, each 1…65535.
    static Result<Resolution> parse(std::string_view text);
    std::uint32_t pixels() const { return std::uint32_t{width} * height; }
    auto operator<=>(const Resolution&) const = default;
};

} // namespace framegate
