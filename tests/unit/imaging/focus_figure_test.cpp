// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/focus_figure.h"

#include "chart_pictures.h"
#include "chart_scenes.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

using testing::HasSubstr;

DecodedPicture chartBlurredBy(double blurPx, double noise = 2, int quality = 85) {
    auto scene = plainScene();
    scene.view.blurPx = blurPx;
    scene.view.noise = noise;
    scene.view.quality = quality;
    return pictureOf(scene);
}

double figureOf(const DecodedPicture& picture) {
    const auto figure = focusFigure(picture, shippedChart());
    EXPECT_TRUE(figure) << figure.error().message;
    return figure ? figure->whole : 0;
}

TEST(FocusFigure, MoreBlur_IsAlwaysLess) {
    double before = 1e9;
    for (const double blur : {0.6, 0.8, 1.0, 1.3, 1.8, 2.5, 4.0, 6.0, 9.0, 14.0, 20.0}) {
        const double figure = figureOf(chartBlurredBy(blur));
        EXPECT_LT(figure, 0.97 * before) << blur;
        before = figure;
    }
}

/// Out of focus, a lens spreads a point to a disc: its response has lobes, the figure must not.
TEST(FocusFigure, LargerDisc_IsAlwaysLess) {
    const auto sharp = chartBlurredBy(0.8, 0, 0);
    double before = 1e9;
    for (const int radius : {1, 2, 3, 4, 6, 8, 11, 15, 20}) {
        cv::Mat disc = cv::Mat::zeros(2 * radius + 1, 2 * radius + 1, CV_32F);
        cv::circle(disc, {radius, radius}, radius, 1, cv::FILLED);
        disc /= cv::sum(disc)[0];
        auto picture = sharp;
        cv::Mat pixels(picture.size.height, picture.size.width, CV_8UC3, picture.bgr.data());
        cv::Mat out;
        cv::filter2D(pixels, out, -1, disc);
        out.copyTo(pixels);
        const double figure = figureOf(picture);
        EXPECT_LT(figure, 0.97 * before) << radius;
        before = figure;
    }
}

TEST(FocusFigure, Exposure_DoesNotCount) {
    auto bright = plainScene();
    auto dim = plainScene();
    dim.exposure *= 0.6;
    EXPECT_NEAR(figureOf(pictureOf(dim)) / figureOf(pictureOf(bright)), 1, 0.02);
}

TEST(FocusFigure, SoftCorner_ShowsInItsPlace) {
    auto scene = plainScene();
    scene.cornerBlurPx = {0.8, 2.5, 0.8, 0.8};
    const auto figure = focusFigure(pictureOf(scene), shippedChart());
    ASSERT_TRUE(figure);
    EXPECT_EQ(std::min_element(figure->corners.begin(), figure->corners.end()) - figure->corners.begin(), 1);
    EXPECT_LT(figure->corners[1], 0.8 * figure->corners[2]);
    EXPECT_GT(figure->centre, figure->corners[1]);
}

TEST(FocusFigure, NothingToBeSeen_IsSaid) {
    auto picture = chartBlurredBy(0.8);
    std::fill(picture.bgr.begin(), picture.bgr.end(), 3);
    for (const auto& dark : {picture, DecodedPicture{}}) {
        const auto figure = focusFigure(dark, shippedChart());
        ASSERT_FALSE(figure);
        EXPECT_EQ(figure.error().code, "FOCUS_NO_CHART");
        EXPECT_THAT(figure.error().message, HasSubstr("setting the focus"));
    }
}

} // namespace
} // namespace framegate::imaging
