// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/document.h"
#include "domain/board_description.h"
#include "domain/chart_description.h"
#include "domain/measurement.h"
#include "domain/sensor_description.h"
#include "domain/station_layout.h"
#include "domain/test_plan.h"
#include "domain/unit.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace framegate::config {

// Every reader's errors are InvalidInput `CONFIG` with file, line, column, field and what was expected, or
// those of reading the file. Unknown keys are refused.

/// A sensor of fixtures/sensors.
Result<SensorDescription> readSensor(const std::filesystem::path& file);
/// A board of fixtures/boards.
Result<BoardDescription> readBoard(const std::filesystem::path& file);
/// A chart of fixtures/charts. Refuses what reaches beyond the chart or lies on something else, and fiducials
/// that are easily taken for one another.
Result<ChartDescription> readChart(const std::filesystem::path& file);
/// A limits file of fixtures/limits.
Result<Limits> readLimits(const std::filesystem::path& file);
/// A plan and the sensor, board and limits it names, by name in ../sensors, ../boards and ../limits beside
/// the plan's folder, or by a path with a slash, relative to the plan. Names of steps are not checked here.
Result<TestPlan> readPlan(const std::filesystem::path& file);
/// A station of fixtures/stations. Refuses duplicate slots and ports.
Result<StationLayout> readStation(const std::filesystem::path& file);
/// A list of serials: one a line, blank lines and lines starting with # left out. Refuses duplicates and
/// bad serials, naming both lines.
Result<std::vector<Serial>> readSerials(const std::filesystem::path& file);

// The same from what has been read already.
Result<SensorDescription> sensorOf(const Document& document);
Result<BoardDescription> boardOf(const Document& document);
Result<ChartDescription> chartOf(const Document& document);
Result<Limits> limitsOf(const Document& document);
Result<StationLayout> stationOf(const Document& document);
/// \a file only stands in messages.
Result<std::vector<Serial>> serialsOf(std::string_view text, const std::filesystem::path& file);

} // namespace framegate::config
