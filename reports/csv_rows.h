// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace framegate {

/// Reads a CSV file (RFC 4180) row by row. A row without its line end, which a power cut may leave, is none.
/// Thread-bound.
class CsvRows {
public:
    /// A file that is not there has no rows.
    explicit CsvRows(const std::filesystem::path& file) : stream_(file, std::ios::binary) {}
    /// Takes the next whole row; false when there is none.
    bool next(std::vector<std::string>& fields);
    /// Bytes from the start of the file to the end of the last whole row.
    long long wholeEnd() const { return wholeEnd_; }

private:
    bool take(char c, std::vector<std::string>& fields);

    std::ifstream stream_;
    long long offset_ = 0;
    long long wholeEnd_ = 0;
    bool quoted_ = false;
    bool justClosed_ = false;
};

} // namespace framegate
