// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <compare>
#include <string>
#include <string_view>

namespace framegate {

/// A unit's serial number as scanned: 1…64 printable ASCII characters without space, comma, quote or
/// semicolon, so that it can stand in a CSV field, a list and a file name's stem. A value.
class Serial {
public:
    /// Errors: InvalidInput `SERIAL`.
    static Result<Serial> parse(std::string_view text);
    /// The default serial of the unit with this index (from 1): FG-000001, FG-000002, …
    static Serial numbered(unsigned index);
    const std::string& text() const { return text_; }
    auto operator<=>(const Serial&) const = default;

private:
    explicit Serial(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// A camera module under test (UUT).
struct Unit {
    Serial serial;
    unsigned index = 1;     ///< its place in the lot, from 1
    std::string partNumber; ///< empty where the lot names none
};

} // namespace framegate
