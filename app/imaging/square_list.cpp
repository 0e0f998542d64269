// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/square_list.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr std::string_view header = "mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px";
constexpr std::size_t columns = 5;
constexpr std::size_t mostSquares = 10'000;

Failure wrong(std::string_view name, std::size_t line, std::string_view why) {
    return failure(ErrorKind::InvalidInput, "EDGE_LIST", fmt::format("{}:{}: {}", name, line, why));
}

/// The next piece of \a text up to \a end, taken off it.
std::string_view take(std::string_view& text, char end) {
    const auto length = std::min(text.find(end), text.size());
    const auto piece = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return piece;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    return text;
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

Result<ListedSquare> parseRow(std::string_view row, std::string_view name, std::size_t line) {
    std::array<double, columns> values{};
    for (std::size_t i = 0; i < columns; ++i) {
        const auto field = trimmed(take(row, ','));
        if (i == 0 && field.empty()) continue;
        const auto value = number(field);
        if (!value)
            return wrong(name, line, fmt::format("field {} is \"{}\"; a number is needed", i + 1, field));
        values[i] = *value;
    }
    if (!row.empty()) return wrong(name, line, fmt::format("more than {} fields", columns));
    if (!(values[4] > 0)) return wrong(name, line, fmt::format("a side of {} pixels", values[4]));
    return ListedSquare{{{values[2], values[3]}, values[4], values[1]}, values[0]};
}

} // namespace

Result<std::vector<ListedSquare>> parseSquares(std::string_view text, std::string_view name) {
    std::vector<ListedSquare> squares;
    if (trimmed(take(text, '\n')) != header)
        return wrong(name, 1, fmt::format("the first line must be \"{}\"", header));
    for (std::size_t line = 2; !text.empty(); ++line) {
        const auto row = trimmed(take(text, '\n'));
        if (row.empty()) continue;
        const auto square = parseRow(row, name, line);
        if (!square) return passOn(square);
        if (squares.size() == mostSquares)
            return wrong(name, line, fmt::format("more than {} squares", mostSquares));
        squares.push_back(*square);
    }
    if (squares.empty()) return wrong(name, 2, "no square");
    return squares;
}

} // namespace framegate::imaging
