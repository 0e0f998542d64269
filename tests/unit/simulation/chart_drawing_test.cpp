// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/chart_drawing.h"

#include "config/readers.h"

#include <gtest/gtest.h>

namespace framegate::simulation {
namespace {

const ChartDescription& shippedChart() {
    static const auto chart =
        config::readChart(FRAMEGATE_SOURCE_DIR "/fixtures/charts/framegate-a.toml").value();
    return chart;
}

float lightAt(const ChartLight& light, ChartPoint at, std::size_t channel = 0) {
    const auto row = static_cast<std::size_t>(at.y * light.width);
    const auto column = static_cast<std::size_t>(at.x * light.width);
    return light.rgb[3 * (row * static_cast<std::size_t>(light.width) + column) + channel];
}

TEST(ChartDrawing, Objects_HaveTheirLight) {
    const auto light = drawChart(shippedChart(), 800, 600);
    EXPECT_FLOAT_EQ(lightAt(light, {0.02, 0.02}), 0.72F);
    for (const auto& square : shippedChart().squares)
        EXPECT_NEAR(lightAt(light, square.centre), 0.18, 1e-5) << square.name;
    for (const auto& patch : shippedChart().patches)
        for (std::size_t c = 0; c < 3; ++c)
            EXPECT_NEAR(lightAt(light, patch.centre, c), patch.colour[c], 1e-5) << patch.name;
    EXPECT_NEAR(lightAt(light, shippedChart().trap.centre), 0.02, 1e-5);
}

TEST(ChartDrawing, Square_TakesAwayTheLightOfItsArea) {
    auto chart = shippedChart();
    chart.fiducials.clear(), chart.patches.clear(), chart.wedge.pitches.clear();
    chart.trap.reflectance = chart.background;
    chart.squares = {{"one", ChartZone::Centre, {0.411, 0.333}, 0.0917, 5, 0.18}};
    const auto light = drawChart(chart, 200, 150);
    double missing = 0;
    for (std::size_t i = 0; i < light.rgb.size(); i += 3)
        missing += 0.72 - light.rgb[i];
    const double area = 0.0917 * 0.0917 * 200 * 200;
    EXPECT_NEAR(missing, area * (0.72 - 0.18), 0.01);
}

TEST(ChartDrawing, Fiducial_HasItsCells) {
    const auto light = drawChart(shippedChart(), 1600, 1200);
    const auto& fiducial = shippedChart().fiducials[5];
    const double cell = shippedChart().marker.side / chartFrameCells;
    for (int row = 0; row < chartFrameCells; ++row)
        for (int column = 0; column < chartFrameCells; ++column) {
            const ChartPoint at = {fiducial.centre.x + (column - 2.5) * cell,
                                   fiducial.centre.y + (row - 2.5) * cell};
            EXPECT_NEAR(lightAt(light, at), fiducial.white(row, column) ? 0.88 : 0.04, 1e-4);
        }
}

} // namespace
} // namespace framegate::simulation
