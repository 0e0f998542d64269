// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/station_trouble.h"

#include <fmt/format.h>
#include <string_view>

namespace framegate {
namespace {

constexpr std::string_view lookAtTheLink =
    "; if it happens again, try another cable or hub port, then another board";
constexpr std::string_view lookAtThePlug =
    "; look at the board's plug, its cable and the hub's power; framegate boards shows what is attached";

std::string_view adviceFor(const Error& error) {
    if (error.kind == ErrorKind::Disconnected || error.code == "USB_NO_DEVICE") return lookAtThePlug;
    if (error.code == "FIRMWARE_PROTOCOL") return {}; // says it itself
    return doubtsBoard(error) ? lookAtTheLink : std::string_view();
}

} // namespace

bool doubtsBoard(const Error& error) {
    return error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Usb ||
           error.kind == ErrorKind::Protocol || error.kind == ErrorKind::Disconnected;
}

Error inSlot(Error error, int slot) {
    if (error.kind == ErrorKind::Module || error.kind == ErrorKind::Cancelled) return error;
    error.message += adviceFor(error);
    return std::move(error).within(fmt::format("slot {}", slot));
}

} // namespace framegate
