// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "config/readers.h"

#include <fmt/format.h>
#include <map>

namespace framegate::config {
namespace {

constexpr std::size_t largestList = 4U << 20U;

Failure refusedOn(const std::filesystem::path& file, std::size_t line, std::size_t column,
                  std::string_view complaint) {
    return failure(ErrorKind::InvalidInput, "CONFIG",
                   fmt::format("{}: {}", Position{file.string(), line, column}.text(), complaint));
}

/// One line of a list, without what surrounds its content.
struct ListLine {
    std::size_t number = 0;
    std::size_t column = 1;
    std::string_view content;
};

std::vector<ListLine> splitLines(std::string_view text) {
    static constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    static constexpr std::string_view blanks = " \t\r";
    if (text.substr(0, byteOrderMark.size()) == byteOrderMark) text.remove_prefix(byteOrderMark.size());
    std::vector<ListLine> lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto begin = std::min(line.find_first_not_of(blanks), line.size());
        const auto end = line.find_last_not_of(blanks) + 1; // npos + 1 is 0: a blank line
        lines.push_back({lines.size() + 1, begin + 1, line.substr(begin, end > begin ? end - begin : 0)});
    }
    return lines;
}

bool saysNothing(const ListLine& line) {
    return line.content.empty() || line.content.front() == '#';
}

} // namespace

Result<std::vector<Serial>> serialsOf(std::string_view text, const std::filesystem::path& file) {
    std::vector<Serial> serials;
    std::map<std::string_view, std::size_t> seen;
    for (const auto& line : splitLines(text)) {
        if (saysNothing(line)) continue;
        auto serial = Serial::parse(line.content);
        if (!serial) return refusedOn(file, line.number, line.column, serial.error().message);
        const auto [first, added] = seen.try_emplace(line.content, line.number);
        if (!added)
            return refusedOn(file, line.number, line.column,
                             fmt::format("serial {} stands already on line {}", line.content, first->second));
        serials.push_back(std::move(*serial));
    }
    if (serials.empty()) return refusedOn(file, 1, 1, "expected at least one serial, found none");
    return serials;
}

Result<std::vector<Serial>> readSerials(const std::filesystem::path& file) {
    const auto text = readTextFile(file, largestList);
    if (!text) return passOn(text);
    return serialsOf(*text, file);
}

} // namespace framegate::config
