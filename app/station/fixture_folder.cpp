// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/fixture_folder.h"

#include <cstdlib>
#include <fmt/format.h>
#include <vector>

namespace framegate {

namespace fs = std::filesystem;

Result<fs::path> findFixtureFolder() {
    std::error_code ignored;
    const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    std::vector<fs::path> places;
    if (const char* named = std::getenv("FRAMEGATE_FIXTURES")) places.emplace_back(named);
    places.insert(places.end(),
                  {"fixtures", program / "../../../fixtures", program / "../share/framegate/fixtures"});
    std::string looked;
    for (const auto& place : places) {
        if (fs::is_directory(place / "plans", ignored)) return fs::path(place).lexically_normal();
        looked += fmt::format("{}{}", looked.empty() ? "" : ", ", place.lexically_normal().string());
    }
    return failure(
        ErrorKind::NotFound, "FIXTURES",
        fmt::format("no folder of shipped plans found; looked at {}; set FRAMEGATE_FIXTURES", looked));
}

} // namespace framegate
