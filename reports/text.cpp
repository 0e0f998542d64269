// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/report_writer.h"

#include <array>
#include <charconv>
#include <cmath>

namespace framegate {

std::string csvField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string numberText(double value) {
    if (std::isnan(value)) return "nan";
    if (value == 0) return "0"; // -0 as well: the database does not keep its sign
    std::array<char, 32> digits{};
    const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return status == std::errc{} ? std::string(digits.data(), end) : std::string();
}

} // namespace framegate
