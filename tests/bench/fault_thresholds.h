// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

namespace framegate::test {

/// From which size on each optical fault is found, as tables of a document, one a sensor: from the cells of
/// bench_faults' lines, by key.
std::string thresholdTables(const std::map<std::string, std::vector<std::string>>& lines);

} // namespace framegate::test
