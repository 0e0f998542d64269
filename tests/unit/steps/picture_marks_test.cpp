// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/picture_marks.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Measurement judged(const char* name, double value, MeasurementOutcome outcome, std::optional<double> low,
                   std::optional<double> high) {
    Measurement one;
    one.reading = {name, value, "{DN}", Resolution{640, 480}};
    one.outcome = outcome;
    one.low = low;
    one.high = high;
    return one;
}

imaging::FieldMeasurements field() {
    imaging::FieldMeasurements measured;
    measured.blemishes = {{{100, 50}, -6.4, 0.5, true}};
    measured.defects = {{{10, 20}, 1, 80, 90}, {{11, 300}, 4, 80, 900}};
    measured.peakRow = 77;
    measured.peakColumn = 5;
    return measured;
}

TEST(PictureMarks, WhatIsOutOfItsLimits_IsRemarkedWithThem) {
    const auto remarks = remarksOf({judged("row_peak", 5.25, MeasurementOutcome::Fail, {}, 1.5),
                                    judged("field_level", 120, MeasurementOutcome::Pass, 90, 200),
                                    judged("field_snr", 20, MeasurementOutcome::Fail, 28, 50)});
    EXPECT_THAT(remarks,
                ElementsAre("row_peak 5.25 {DN}, at most 1.5", "field_snr 20 {DN}, at least 28, at most 50"));
}

TEST(PictureMarks, RowThatIsWithinItsLimit_IsNotMarked) {
    const auto within = judged("row_peak", 1, MeasurementOutcome::Pass, {}, 1.5);
    const auto beyond = judged("row_peak", 5, MeasurementOutcome::Fail, {}, 1.5);
    EXPECT_FALSE(marksOf({640, 480}, field(), {within}, "diffuser").row);
    const auto marks = marksOf({640, 480}, field(), {beyond}, "diffuser");
    EXPECT_EQ(marks.row, 77);
    EXPECT_FALSE(marks.column);
}

TEST(PictureMarks, BlemishesAndPixels_AreMarkedWhereTheyLie) {
    const auto marks = marksOf({640, 480}, field(), {}, "diffuser");
    ASSERT_EQ(marks.blemishes.size(), 1U);
    EXPECT_EQ(marks.blemishes[0].text, "-6.4 %");
    EXPECT_NEAR(marks.blemishes[0].radius, 22, 1) << "half a percent of the picture";
    EXPECT_EQ(marks.pixels.size(), 2U);
    EXPECT_THAT(marks.caption, HasSubstr("diffuser  640x480"));
}

} // namespace
} // namespace framegate
