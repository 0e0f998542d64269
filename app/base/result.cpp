// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace framegate {

std::string_view kindText(ErrorKind kind) {
    static constexpr std::array<std::string_view, 12> names = {
        "invalid input", "timeout", "cancelled", "disconnected", "permission",    "not found",
        "input/output",  "usb",     "protocol",  "module",       "not available", "internal"};
    return names.at(static_cast<std::size_t>(kind));
}

Error Error::within(std::string_view context) const& {
    return {kind, code, fmt::format("{}: {}", context, message)};
}

Error Error::within(std::string_view context) && {
    message = fmt::format("{}: {}", context, message);
    return std::move(*this);
}

Error asWrongInput(Error error) {
    error.kind = ErrorKind::InvalidInput;
    return error;
}

Failure failure(ErrorKind kind, std::string code, std::string message) {
    return Failure(Error{kind, std::move(code), std::move(message)});
}

} // namespace framegate
