// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/field_measurements.h"

#include "support/uniform_field.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <numbers>

namespace framegate::imaging {
namespace {

using test::shaded;

/// A field that is measured as well.
struct Field : test::UniformField {
    FieldMeasurements measured() const {
        return measuredWith([](DecodedPicture&) {});
    }
    FieldMeasurements measuredWith(const std::function<void(DecodedPicture&)>& change) const {
        auto first = picture(1);
        auto second = picture(2);
        change(first);
        change(second);
        auto all = measureField(first, second, ToneCurve::srgb(8));
        EXPECT_TRUE(all) << all.error().message;
        return all ? std::move(*all) : FieldMeasurements{};
    }
};

double valueOf(const FieldMeasurements& all, std::string_view name) {
    for (const auto& reading : all.readings)
        if (reading.name == name) return reading.value;
    ADD_FAILURE() << "no reading " << name;
    return std::nan("");
}

void paint(DecodedPicture& picture, int column, int row, std::uint8_t level) {
    auto* pixel = picture.bgr.data() + 3 * (std::size_t(row) * picture.size.width + std::size_t(column));
    std::fill(pixel, pixel + 3, level);
}

TEST(Field, Uniform_HasNothingToReport) {
    const auto all = Field{}.measured();
    EXPECT_NEAR(valueOf(all, "field_level"), 178.5, 1);
    EXPECT_NEAR(valueOf(all, "shading_corner_lowest"), 100, 0.3);
    EXPECT_LT(valueOf(all, "colour_shading_red"), 0.5);
    EXPECT_EQ(valueOf(all, "blemish_count"), 0);
    EXPECT_EQ(valueOf(all, "dead_pixels"), 0);
    EXPECT_LT(valueOf(all, "row_peak"), 0.3);
    EXPECT_LT(valueOf(all, "banding"), 0.1);
}

TEST(Field, CornerLight_IsThatOfTheOuterTenth) {
    for (const double corner : {0.9, 0.7, 0.4, 0.1}) {
        Field field;
        field.light = shaded(corner);
        // The middle of the corner's block, a tenth of each side, lies at 0.9 of the half diagonal.
        const double expected = 100 * (1 - (1 - corner) * 0.81);
        EXPECT_NEAR(valueOf(field.measured(), "shading_corner_lowest"), expected, 1.5) << corner;
    }
}

TEST(Field, OpticalCentre_IsWhereTheLightIsBrightest) {
    Field field;
    field.light = shaded(0.6, 0.04, -0.03);
    const auto all = field.measured();
    EXPECT_NEAR(valueOf(all, "optical_centre_x"), 4, 0.15);
    EXPECT_NEAR(valueOf(all, "optical_centre_y"), -3, 0.15);
}

TEST(Field, SideShading_HasItsSign) {
    Field field;
    field.light = [](double x, double) {
        const double light = 0.45 * (1 - 0.2 * x);
        return std::array<double, 3>{light, light, light};
    };
    // From the middle of the first tenth to that of the last: 0.9 of the width.
    EXPECT_NEAR(valueOf(field.measured(), "shading_left_right"), 18, 0.5);
}

TEST(Field, ColourShading_IsTheWorstBlock) {
    Field field;
    field.light = [](double x, double y) {
        return std::array<double, 3>{0.45 * (1 - 0.3 * (x * x + y * y)), 0.45, 0.45};
    };
    // Centre of the corner block of 9 by 7.
    const double x = 4.0 / 9;
    const double y = 0.75 * 3.0 / 7;
    const auto all = field.measured();
    EXPECT_NEAR(valueOf(all, "colour_shading_red"), 30 * (x * x + y * y), 0.5);
    EXPECT_LT(valueOf(all, "colour_shading_blue"), 0.5);
}

TEST(Field, Dust_IsFoundWhereItIs) {
    Field field;
    field.light = [](double x, double y) {
        const double away = std::hypot(x - 0.21, y + 0.13) / 0.006;
        const double light = 0.45 * (away < 1 ? 1 - 0.08 * std::min(1.0, 2 * (1 - away * away)) : 1);
        return std::array<double, 3>{light, light, light};
    };
    const auto all = field.measured();
    ASSERT_EQ(all.blemishes.size(), 1U);
    EXPECT_NEAR(all.blemishes[0].centre.x, 0.71 * 1280, 3);
    EXPECT_NEAR(all.blemishes[0].centre.y, 480 - 0.13 * 1280, 3);
    EXPECT_LT(all.blemishes[0].contrast, -4);
    EXPECT_TRUE(all.blemishes[0].central);
}

TEST(Field, DustOnAShadedField_IsFoundAndShadingIsNone) {
    Field field;
    const auto lens = shaded(0.4);
    field.light = lens;
    EXPECT_EQ(valueOf(field.measured(), "blemish_count"), 0);
    field.light = [lens](double x, double y) {
        auto light = lens(x, y);
        if (std::hypot(x + 0.42, y - 0.3) < 0.01)
            for (auto& channel : light)
                channel *= 0.9;
        return light;
    };
    EXPECT_EQ(valueOf(field.measured(), "blemish_count"), 1);
}

TEST(Field, DeadPixels_AreCountedAndClustersTold) {
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) {
        for (int i = 0; i < 12; ++i)
            paint(picture, 100 + 70 * i, 200 + 30 * i, 0);
        for (int i = 0; i < 4; ++i)
            paint(picture, 1000 + i % 2, 800 + i / 2, 0);
    });
    EXPECT_EQ(valueOf(all, "dead_pixels"), 13);
    EXPECT_EQ(valueOf(all, "dead_clusters"), 1);
}

TEST(Field, SingleDeadPixel_IsNoBlemish) {
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) { paint(picture, 640, 480, 0); });
    EXPECT_EQ(valueOf(all, "dead_pixels"), 1);
    EXPECT_EQ(valueOf(all, "blemish_count"), 0);
}

TEST(Field, WhatIsNoDustInTheMiddle_IsNoneInTheCorner) {
    // Smoothing sees what lies at the rim twice, in the corner four times.
    Field field;
    field.noise = 0.5;
    field.light = [](double x, double y) {
        constexpr double cell = 1.0 / 640; // a pixel of the small picture
        const auto within = [](double at, double half) {
            return at < -half + 3 * cell || at > half - 3 * cell || (at > 0 && at < 3 * cell);
        };
        const double light = within(x, 0.5) && within(y, 0.375) ? 0.45 * (1 - 0.038) : 0.45;
        return std::array<double, 3>{light, light, light};
    };
    EXPECT_EQ(valueOf(field.measured(), "blemish_count"), 0);
}

TEST(Field, FaintDustByTheRim_IsFound) {
    for (const auto& [x, y] : {std::pair{0.496, 0.0}, {0.0, -0.371}, {-0.496, 0.371}}) {
        Field field;
        field.noise = 4;
        field.light = [x = x, y = y](double column, double row) {
            const double away = 2 * std::hypot(column - x, row - y) / 0.008;
            const double light = 0.45 * (away < 1 ? 1 - 0.06 * std::min(1.0, 2 * (1 - away * away)) : 1);
            return std::array<double, 3>{light, light, light};
        };
        EXPECT_EQ(valueOf(field.measured(), "blemish_count"), 1) << x << ", " << y;
    }
}

TEST(Field, HotPixelsInTheLight_AreNoDust) {
    // What is left of one after a JPEG: fewer levels than a dead pixel lacks, so none is listed.
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) {
        for (int i = 0; i < 12; ++i)
            for (int j = 0; j < 4; ++j)
                paint(picture, 100 + 80 * i + j % 2, 150 + 50 * i + j / 2, 199);
    });
    EXPECT_EQ(valueOf(all, "dead_pixels"), 0);
    EXPECT_EQ(valueOf(all, "blemish_count"), 0);
}

TEST(Field, BlackDust_IsNoBadPixelHoweverSmall) {
    for (const double size : {0.005, 0.008}) {
        Field field;
        field.light = [size](double x, double y) {
            const double away = 2 * std::hypot(x - 0.2131, y + 0.1417) / size;
            const double light = 0.45 * (away < 1 ? 1 - 0.9 * std::min(1.0, 2 * (1 - away * away)) : 1);
            return std::array<double, 3>{light, light, light};
        };
        EXPECT_EQ(valueOf(field.measured(), "blemish_count"), 1) << size;
    }
}

TEST(Field, SinglePixelsBesideEachOther_AreNoCluster) {
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) {
        paint(picture, 640, 480, 0);
        paint(picture, 646, 486, 0);
        paint(picture, 646, 474, 0);
    });
    EXPECT_EQ(valueOf(all, "dead_clusters"), 0);
}

TEST(Field, TwoPixelsThatTouch_AreACluster) {
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) {
        paint(picture, 640, 480, 0);
        paint(picture, 641, 481, 0);
    });
    EXPECT_EQ(valueOf(all, "dead_clusters"), 1);
}

TEST(Field, BrightRow_ShowsItsHeight) {
    const auto all = Field{}.measuredWith([](DecodedPicture& picture) {
        for (std::size_t i = 0; i < std::size_t(picture.size.width) * 3; ++i)
            picture.bgr[300 * std::size_t(picture.size.width) * 3 + i] += 4;
    });
    EXPECT_NEAR(valueOf(all, "row_peak"), 4, 0.4);
    EXPECT_LT(valueOf(all, "column_peak"), 0.4);
}

TEST(Field, Bands_HaveTheirAmplitude) {
    Field field;
    field.noise = 1;
    const auto all = field.measuredWith([](DecodedPicture& picture) {
        for (int row = 0; row < picture.size.height; ++row) {
            const int offset = static_cast<int>(
                std::lround(6 * std::sin(2 * std::numbers::pi * 11 * row / picture.size.height)));
            for (std::size_t i = 0; i < std::size_t(picture.size.width) * 3; ++i)
                picture.bgr[std::size_t(row) * picture.size.width * 3 + i] +=
                    static_cast<std::uint8_t>(offset);
        }
    });
    EXPECT_NEAR(valueOf(all, "banding"), 100 * 6 / 178.5, 0.15);
}

TEST(Field, Noise_IsWhatDiffersBetweenTheTwo) {
    for (const double noise : {1.5, 4.0, 10.0}) {
        Field field;
        field.noise = noise;
        // Of independent colours luma has less.
        const double ofLuma = noise * std::sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
        const auto all = field.measured();
        EXPECT_NEAR(valueOf(all, "temporal_noise"), std::hypot(ofLuma, 0.29), 0.12) << noise;
    }
}

TEST(Field, WrongLight_IsTheStations) {
    Field dark;
    dark.light = [](double, double) { return std::array<double, 3>{0.005, 0.005, 0.005}; };
    const auto refused = measureField(dark.picture(1), dark.picture(2), ToneCurve::srgb(8));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FIELD_LIGHT");
    EXPECT_NE(refused.error().kind, ErrorKind::Module);
}

TEST(Field, Scene_IsNotTakenForAField) {
    Field scene;
    scene.light = [](double x, double y) {
        const bool bright =
            (static_cast<int>(std::floor(x * 9)) + static_cast<int>(std::floor(y * 9))) % 2 == 0;
        const double light = bright ? 0.6 : 0.15;
        return std::array<double, 3>{light, light, light};
    };
    const auto refused = measureField(scene.picture(1), scene.picture(2), ToneCurve::srgb(8));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FIELD_NOT_UNIFORM");
}

TEST(Field, TwoSizes_AreWrongInput) {
    Field small;
    small.width = 320;
    small.height = 240;
    const auto refused = measureField(Field{}.picture(1), small.picture(1), ToneCurve::srgb(8));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "FIELD_SIZE");
}

TEST(Field, ReadingNames_AreThoseOfTheReadings) {
    Field field;
    field.light = shaded(0.7);
    const auto names = fieldReadingNames();
    const auto all = field.measured();
    EXPECT_EQ(all.readings.size(), names.size());
    for (const auto& reading : all.readings)
        EXPECT_NE(std::find(names.begin(), names.end(), reading.name), names.end()) << reading.name;
}

DecodedPicture darkness(double noise) {
    Field field;
    field.light = [](double, double) { return std::array<double, 3>{0, 0, 0}; };
    field.noise = noise;
    return field.picture(3);
}

TEST(Dark, HotPixels_AreCounted) {
    auto picture = darkness(3);
    for (int i = 0; i < 7; ++i)
        paint(picture, 50 + 100 * i, 500, 120);
    for (int i = 0; i < 4; ++i)
        paint(picture, 900 + i % 2, 100 + i / 2, 230);
    const auto all = measureDark(picture).value();
    EXPECT_EQ(valueOf(all, "hot_pixels"), 8);
    EXPECT_EQ(valueOf(all, "hot_clusters"), 1);
}

TEST(Dark, TwoHotPixelsThatTouch_AreACluster) {
    auto picture = darkness(3);
    paint(picture, 900, 100, 255);
    paint(picture, 901, 101, 255);
    paint(picture, 400, 100, 255);
    paint(picture, 406, 106, 255);
    EXPECT_EQ(valueOf(measureDark(picture).value(), "hot_clusters"), 1);
}

TEST(Dark, NoiseAlone_IsNoHotPixel) {
    EXPECT_EQ(valueOf(measureDark(darkness(4)).value(), "hot_pixels"), 0);
}

TEST(Dark, LitPicture_IsTheStations) {
    const auto refused = measureDark(Field{}.picture(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "DARK_LIGHT");
}

} // namespace
} // namespace framegate::imaging
