// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/usb_port_path.h"

#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

namespace framegate {
namespace {

constexpr std::size_t deepestTier = 7; // USB 2.0 specification, 4.1.1: seven tiers

std::optional<std::uint8_t> takeNumber(std::string_view& text) {
    unsigned value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || value == 0 || value > 255) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return static_cast<std::uint8_t>(value);
}

Failure notAPath(std::string_view text) {
    return failure(
        ErrorKind::InvalidInput, "USB_PORT_PATH",
        fmt::format("\"{}\" is no USB port path; expected BUS-PORT[.PORT...], such as 1-2.4", text));
}

} // namespace

Result<UsbPortPath> UsbPortPath::parse(std::string_view text) {
    std::string_view rest = text;
    const auto bus = takeNumber(rest);
    if (!bus || rest.empty() || rest.front() != '-') return notAPath(text);
    std::vector<std::uint8_t> ports;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto port = takeNumber(rest);
        if (!port || ports.size() == deepestTier || (!rest.empty() && rest.front() != '.'))
            return notAPath(text);
        ports.push_back(*port);
    }
    return UsbPortPath(*bus, std::move(ports));
}

std::string UsbPortPath::text() const {
    return fmt::format("{}-{}", bus_, fmt::join(ports_, "."));
}

} // namespace framegate
