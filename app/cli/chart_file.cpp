// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chart_file.h"

#include "station/fixture_folder.h"

namespace framegate {

Result<std::filesystem::path> chartFile(const std::string& chart) {
    if (chart.find('/') != std::string::npos || chart.ends_with(".toml")) return std::filesystem::path(chart);
    const auto fixtures = findFixtureFolder();
    if (!fixtures) return passOn(fixtures);
    return *fixtures / "charts" / (chart + ".toml");
}

} // namespace framegate
