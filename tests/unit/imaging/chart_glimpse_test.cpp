// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_glimpse.h"

#include "chart_pictures.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace framegate::imaging {
namespace {

/// \a share of the chart, turned and shifted by pixels.
Result<ChartGlimpse> glimpseOf(double share, double degrees, double right, double down) {
    View view;
    view.homography = viewOf(view.width, view.height, share, degrees, right, down);
    view.samples = 2;
    return glimpseChart(chartPicture(view), shippedChart());
}

std::map<std::string, double> valuesOf(const ChartGlimpse& glimpse) {
    std::map<std::string, double> values;
    for (const auto& reading : glimpse.readings)
        values[reading.name] = reading.value;
    return values;
}

TEST(ChartGlimpse, MuchTooNarrow_OneFiducialTellsTheScale) {
    const auto glimpse = glimpseOf(0.6, 0, 0, 0);
    ASSERT_TRUE(glimpse) << glimpse.error().message;
    EXPECT_EQ(glimpse->fiducials, 1);
    EXPECT_NEAR(valuesOf(*glimpse)["field_of_view"], 60, 0.6);
}

TEST(ChartGlimpse, ShiftedOutOfView_TellsByHowMuch) {
    const auto glimpse = glimpseOf(1, 0, 0.15 * 1600, 0);
    ASSERT_TRUE(glimpse) << glimpse.error().message;
    EXPECT_LT(glimpse->fiducials, 9);
    const auto values = valuesOf(*glimpse);
    EXPECT_NEAR(values.at("chart_centre_x"), 15, 0.2);
    EXPECT_NEAR(values.at("field_of_view"), 100, 1);
}

TEST(ChartGlimpse, TurnedOutOfView_TellsByHowMuch) {
    const auto glimpse = glimpseOf(0.9, 25, 0, 0);
    ASSERT_TRUE(glimpse) << glimpse.error().message;
    EXPECT_NEAR(valuesOf(*glimpse)["chart_rotation"], 25, 1);
}

TEST(ChartGlimpse, NoChart_IsNotFound) {
    DecodedPicture grey{{640, 480}, std::vector<std::uint8_t>(640 * 480 * 3, 128)};
    const auto glimpse = glimpseChart(grey, shippedChart());
    ASSERT_FALSE(glimpse);
    EXPECT_EQ(glimpse.error().code, "CHART_NOT_FOUND");
}

} // namespace
} // namespace framegate::imaging
