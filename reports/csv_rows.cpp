// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/csv_rows.h"

namespace framegate {

bool CsvRows::next(std::vector<std::string>& fields) {
    fields.assign(1, {});
    quoted_ = justClosed_ = false;
    char c = 0;
    while (stream_.get(c)) {
        ++offset_;
        if (!take(c, fields)) continue;
        wholeEnd_ = offset_;
        return true;
    }
    return false;
}

/// Adds one character to the row; true when it ends the row.
bool CsvRows::take(char c, std::vector<std::string>& fields) {
    const bool again = c == '"' && justClosed_; // a doubled quote within quotes stands for one
    justClosed_ = c == '"' && quoted_;
    if (c == '"')
        quoted_ = !quoted_;
    else if (!quoted_ && c == ',')
        fields.emplace_back();
    if (again || (c != '"' && (quoted_ || (c != ',' && c != '\r' && c != '\n')))) fields.back() += c;
    return c == '\n' && !quoted_;
}

} // namespace framegate
