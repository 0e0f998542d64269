// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_finder.h"

#include "chart_pictures.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate::imaging {
namespace {

using testing::HasSubstr;

View plainView(int width = 1600) {
    View view;
    view.width = width;
    view.height = width * 3 / 4;
    view.homography = viewOf(view.width, view.height, 0.98, 1.3, 3.3, -5.7, 0.01, -0.02);
    return view;
}

/// How far the corners found lie from the true ones.
struct CornerErrors {
    double biasX = 0, biasY = 0, rms = 0;
};

CornerErrors cornerErrors(const FoundChart& found, const View& view) {
    CornerErrors errors;
    double n = 0;
    for (std::size_t f = 0; f < found.fiducials.size(); ++f) {
        const auto truth = squareCorners(shippedChart().fiducials[f].centre, shippedChart().marker.side, 0);
        for (std::size_t i = 0; i < 4; ++i, ++n) {
            const auto expected = trueIn(view, truth[i]);
            const double x = found.fiducials[f].corners[i].x - expected.x;
            const double y = found.fiducials[f].corners[i].y - expected.y;
            errors.biasX += x, errors.biasY += y, errors.rms += (x * x + y * y) / 2;
        }
    }
    return {errors.biasX / n, errors.biasY / n, std::sqrt(errors.rms / n)};
}

/// Finds the chart and says how well.
void expectCorners(const View& view, double bias, double rms, const char* name) {
    const auto found = findChart(chartPicture(view), shippedChart());
    ASSERT_TRUE(found) << name << ": " << found.error().message;
    const auto errors = cornerErrors(*found, view);
    EXPECT_LT(std::abs(errors.biasX), bias) << name;
    EXPECT_LT(std::abs(errors.biasY), bias) << name;
    EXPECT_LT(errors.rms, rms) << name;
}

double readingOf(const std::vector<Reading>& readings, const std::string& name) {
    const auto at =
        std::find_if(readings.begin(), readings.end(), [&](const auto& one) { return one.name == name; });
    EXPECT_NE(at, readings.end()) << name;
    return at == readings.end() ? NAN : at->value;
}

std::string codeOf(const DecodedPicture& picture) {
    const auto found = findChart(picture, shippedChart());
    return found ? "found" : found.error().code;
}

DecodedPicture turned(const DecodedPicture& picture, bool mirror, bool flip) {
    DecodedPicture out = picture;
    const std::size_t w = picture.size.width;
    const std::size_t h = picture.size.height;
    for (std::size_t y = 0; y < h; ++y)
        for (std::size_t x = 0; x < w; ++x)
            for (std::size_t c = 0; c < 3; ++c)
                out.bgr[3 * (y * w + x) + c] =
                    picture.bgr[3 * ((flip ? h - 1 - y : y) * w + (mirror ? w - 1 - x : x)) + c];
    return out;
}

TEST(ChartFinder, CleanPicture_CornersWithinAFewHundredthsOfAPixel) {
    expectCorners(plainView(), 0.005, 0.015, "clean");
}

TEST(ChartFinder, BlurNoiseAndJpeg_StayBelowAThirdOfTheYardstick) {
    auto view = plainView();
    view.noise = 3;
    expectCorners(view, 0.02, 0.06, "noise3");
    view.blurPx = 2.5;
    expectCorners(view, 0.03, 0.06, "blur2.5_noise3");
    view.quality = 60;
    view.blurPx = 0.8;
    expectCorners(view, 0.03, 0.06, "q60_noise3");
}

TEST(ChartFinder, EverySize_IsFound) {
    for (const int width : {320, 352, 640, 800, 1024, 2592}) {
        auto view = plainView(width);
        view.noise = 2;
        view.samples = width > 2000 ? 2 : 4;
        expectCorners(view, 0.02, 0.06, std::to_string(width).c_str());
    }
}

TEST(ChartFinder, TurnedAndTilted_AreasLieWhereTheyShould) {
    View view;
    view.homography = viewOf(1600, 1200, 1.1, -8, 12, 7, 0.08, -0.06);
    const auto found = findChart(chartPicture(view), shippedChart());
    ASSERT_TRUE(found) << found.error().message;
    for (std::size_t i = 0; i < found->squares.size(); ++i) {
        const auto expected = trueIn(view, shippedChart().squares[i].corners()[0]);
        EXPECT_NEAR(found->squares[i].corners[0].x, expected.x, 0.1);
        EXPECT_NEAR(found->squares[i].corners[0].y, expected.y, 0.1);
    }
    EXPECT_EQ(found->patches.size(), shippedChart().patches.size());
}

TEST(ChartFinder, Geometry_IsThatOfTheView) {
    View view;
    view.radial = -0.02;
    view.homography = viewOf(1600, 1200, 1.05, 0.7, 16, -8);
    const auto found = findChart(chartPicture(view), shippedChart());
    ASSERT_TRUE(found) << found.error().message;
    const auto readings = geometryReadings(*found, shippedChart());
    EXPECT_NEAR(readingOf(readings, "chart_rotation"), 0.7, 0.01);
    EXPECT_NEAR(readingOf(readings, "chart_centre_x"), 1.0, 0.01);
    EXPECT_NEAR(readingOf(readings, "chart_centre_y"), -0.5, 0.01);
    EXPECT_NEAR(readingOf(readings, "chart_convergence_x"), 0, 0.03);
    EXPECT_NEAR(readingOf(readings, "distortion"), -2, 0.05);
    EXPECT_NEAR(readingOf(readings, "field_of_view"), 105, 1);
}

TEST(ChartFinder, Convergence_HasTheSignOfTheFarSide) {
    View view;
    view.homography = viewOf(1600, 1200, 1.1, 0, 0, 0, 0.05, 0);
    const auto found = findChart(chartPicture(view), shippedChart());
    ASSERT_TRUE(found) << found.error().message;
    const auto readings = geometryReadings(*found, shippedChart());
    EXPECT_NEAR(readingOf(readings, "chart_convergence_x"), -5.0, 0.1); // the right side is further off
    EXPECT_NEAR(readingOf(readings, "chart_convergence_y"), 0, 0.03);
}

TEST(ChartFinder, UpsideDownOrMirrored_IsNamed) {
    const auto picture = chartPicture(plainView(800));
    EXPECT_EQ(codeOf(turned(picture, true, true)), "CHART_TURNED");
    EXPECT_EQ(codeOf(turned(picture, true, false)), "CHART_MIRRORED");
    EXPECT_EQ(codeOf(turned(picture, false, true)), "CHART_MIRRORED");
}

TEST(ChartFinder, HalfCovered_NamesTheMissingFiducials) {
    auto picture = chartPicture(plainView(800));
    for (std::size_t y = 0; y < 600; ++y)
        std::fill_n(picture.bgr.begin() + static_cast<std::ptrdiff_t>(3 * (y * 800 + 400)), 3 * 400, 30);
    const auto found = findChart(picture, shippedChart());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, "CHART_INCOMPLETE");
    EXPECT_THAT(found.error().message, HasSubstr("fiducials 1, 2, 4, 5, 7, 8"));
}

TEST(ChartFinder, HopelesslyDefocused_IsNamed) {
    auto view = plainView(800);
    view.blurPx = 14;
    view.noise = 2;
    EXPECT_EQ(codeOf(chartPicture(view)), "CHART_DEFOCUSED");
}

TEST(ChartFinder, NoChart_IsNotFound) {
    auto picture = chartPicture(plainView(800));
    std::fill(picture.bgr.begin(), picture.bgr.end(), 120);
    EXPECT_EQ(codeOf(picture), "CHART_NOT_FOUND");
    for (std::size_t i = 0; i < picture.bgr.size(); ++i)
        picture.bgr[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13); // noise
    EXPECT_EQ(codeOf(picture), "CHART_NOT_FOUND");
    EXPECT_EQ(codeOf({}), "CHART_NOT_FOUND");
}

TEST(ChartFinder, OtherFiducials_AreAnotherChart) {
    auto chart = shippedChart();
    for (auto& fiducial : chart.fiducials)
        fiducial.bits = static_cast<std::uint16_t>(0x8001 ^ (0x1230 + 0x0444 * fiducial.id));
    const auto found = findChart(chartPicture(plainView(800)), chart);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, "CHART_OTHER") << found.error().message;
}

TEST(ChartFinder, ReadingNames_AreThoseOfTheReadings) {
    const auto readings = geometryReadings(FoundChart{}, shippedChart());
    const auto names = geometryReadingNames();
    ASSERT_EQ(readings.size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        EXPECT_EQ(readings[i].name, names[i]);
}

} // namespace
} // namespace framegate::imaging
