// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/chart_description.h"

class QPainter;

namespace framegate {

/// Whether the chart's label is drawn; without it no fonts are needed.
enum class ChartText : std::uint8_t { Drawn, LeftOut };

/// Draws \a chart to \a painter, whose unit is the chart's width.
void paintChart(QPainter& painter, const ChartDescription& chart, ChartText text);

} // namespace framegate
