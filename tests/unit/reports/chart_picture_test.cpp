// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/chart_picture.h"

#include "fonts.h"

#include <QImage>
#include <gtest/gtest.h>

namespace framegate {
namespace {

QImage decoded(const Result<std::vector<std::byte>>& png) {
    if (!png) return {};
    return QImage::fromData(reinterpret_cast<const uchar*>(png->data()), static_cast<int>(png->size()));
}

DecodedPicture whitePicture() {
    return {{400, 300}, std::vector<std::uint8_t>(3 * 400 * 300, 255)};
}

MarkedEdge edgeAt(double x, double mtf50p, MeasurementOutcome outcome) {
    return {{x, 100}, {x, 200}, "centre", mtf50p, std::vector<float>(65, 0.8F), outcome};
}

TEST(AnnotatedPicture, FailedEdge_IsRedInItsPlace) {
    needFonts();
    ChartMarks marks;
    marks.size = {400, 300};
    marks.edges = {edgeAt(200, 0.1, MeasurementOutcome::Fail)};
    const auto image = decoded(annotatedPicture(whitePicture(), marks, 800));
    ASSERT_EQ(image.size(), QSize(800, 600));
    const auto on = image.pixelColor(401, 301);
    EXPECT_GT(on.red(), 200);
    EXPECT_LT(on.green(), 100);
    EXPECT_EQ(image.pixelColor(600, 301), QColor(Qt::white));
}

TEST(AnnotatedPicture, NoPixels_IsRefused) {
    needFonts();
    const auto drawn = annotatedPicture({}, {}, 800);
    ASSERT_FALSE(drawn);
    EXPECT_EQ(drawn.error().code, "PICTURE_DRAWING");
}

TEST(FocusMap, SharpSide_IsGreenAndTheOtherRed) {
    needFonts();
    ChartMarks marks;
    marks.size = {400, 300};
    marks.edges = {edgeAt(50, 0.2, MeasurementOutcome::Recorded),
                   edgeAt(350, 0.01, MeasurementOutcome::Recorded)};
    const auto image = decoded(focusMap(marks, 400));
    ASSERT_EQ(image.size(), QSize(400, 300));
    EXPECT_GT(image.pixelColor(50, 60).green(), image.pixelColor(50, 60).red());
    EXPECT_GT(image.pixelColor(350, 60).red(), image.pixelColor(350, 60).green());
}

TEST(FocusMap, NothingSharp_IsDrawnAllTheSame) {
    needFonts();
    ChartMarks marks;
    marks.size = {400, 300};
    marks.edges = {edgeAt(50, 0, MeasurementOutcome::Fail)};
    const auto image = decoded(focusMap(marks, 400));
    EXPECT_GT(image.pixelColor(300, 60).red(), image.pixelColor(300, 60).green());
}

TEST(ResponsePlot, Curve_RunsAtItsHeight) {
    needFonts();
    ChartMarks marks;
    marks.size = {400, 300};
    marks.edges = {edgeAt(200, 0.1, MeasurementOutcome::Pass)};
    const auto image = decoded(responsePlot(marks, 800));
    ASSERT_EQ(image.size(), QSize(800, 500));
    // The frame reaches from 20 to 445 pixels and from 0 to 1.1.
    const int row = 445 - static_cast<int>(0.8 / 1.1 * 425);
    bool coloured = false;
    for (int y = row - 3; y <= row + 3; ++y)
        coloured = coloured || image.pixelColor(333, y).hsvSaturation() > 150;
    EXPECT_TRUE(coloured);
}

} // namespace
} // namespace framegate
