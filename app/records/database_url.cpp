// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/database_url.h"

#include <fmt/format.h>

namespace framegate {
namespace {

constexpr std::string_view sqliteScheme = "sqlite://";

Failure refused(std::string_view url, std::string_view why) {
    return failure(
        ErrorKind::InvalidInput, "DB_URL",
        fmt::format("database \"{}\": {}; expected sqlite:///absolute/path or sqlite://relative/path", url,
                    why));
}

} // namespace

Result<std::filesystem::path> sqliteFileOf(std::string_view url) {
    if (!url.starts_with(sqliteScheme)) return refused(url, "only SQLite databases can be opened");
    const auto path = url.substr(sqliteScheme.size());
    if (path.empty()) return refused(url, "it names no file");
    if (path.find('\0') != std::string_view::npos) return refused(url, "a path cannot hold a zero byte");
    std::error_code error;
    auto absolute = std::filesystem::absolute(std::filesystem::path(path), error);
    if (error) return refused(url, error.message());
    return absolute;
}

} // namespace framegate
