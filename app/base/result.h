// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace framegate {

/// What a caller can do about a failure. Programs branch on the kind; people and records read the code.
enum class ErrorKind {
    InvalidInput, ///< a file or command line is wrong: exit status 2
    Timeout,      ///< a deadline passed
    Cancelled,    ///< somebody asked to stop
    Disconnected, ///< the USB device is gone
    Permission,   ///< the operating system refuses access
    NotFound,     ///< what was named is not there
    Io,           ///< a file, disk or database refused
    Usb,          ///< a USB transfer failed: stall, overflow, other
    Protocol,     ///< the board's answer breaks the wire contract or reports a failure
    Module,       ///< the camera module did not do what it was told
    NotAvailable, ///< this board or sensor cannot do that; never a failure of the unit
    Internal,     ///< a third-party library failed in a way that has no better word
};

/// The kind's name, such as "timeout".
std::string_view kindText(ErrorKind kind);

/// Why something could not be done.
/// `code` is stable, upper-case (`USB_STALL`) and never reused; `message` says what was being done to
/// what and, where possible, what to do next. A value; freely copied.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string code;
    std::string message;

    /// The same error with what was being done put in front: "slot 3: capture 320x240: no reply".
    [[nodiscard]] Error within(std::string_view context) const&;
    [[nodiscard]] Error within(std::string_view context) &&;
};

/// Either a value or an Error. As tl::expected 1.0 is not [[nodiscard]], this type is.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
    Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}

    /// The same result; an error gets \a context put in front.
    [[nodiscard]] Result within(std::string_view context) && {
        if (!this->has_value()) this->error() = std::move(this->error()).within(context);
        return std::move(*this);
    }
};

/// \a error as that of a wrong input file or command line, whatever made the file unreadable.
Error asWrongInput(Error error);

using Failure = tl::unexpected<Error>;

/// A failure to return from a function with a Result.
Failure failure(ErrorKind kind, std::string code, std::string message);

/// Passes another result's error on as this function's failure.
template <class T>
Failure passOn(Result<T>&& result) {
    return Failure(std::move(result.error()));
}
template <class T>
Failure passOn(const Result<T>& result) {
    return Failure(result.error());
}

} // namespace framegate
