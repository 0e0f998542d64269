// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

namespace framegate::test {

/// Rows of a CSV text (RFC 4180) by column name.
inline std::vector<std::map<std::string, std::string>> parseCsv(const std::string& text) {
    std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
            rows.back().back() += text[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == ',')
            rows.back().emplace_back();
        else if (!quoted && c == '\n')
            rows.emplace_back(1);
        else if (quoted || c != '\r')
            rows.back().back() += c;
    }
    rows.pop_back(); // what follows the last line end
    std::vector<std::map<std::string, std::string>> named;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        auto& row = named.emplace_back();
        for (std::size_t c = 0; c < rows.front().size(); ++c)
            row[rows.front()[c]] = c < rows[r].size() ? rows[r][c] : "(missing)";
    }
    return named;
}

} // namespace framegate::test
