// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/slanted_edge.h"

#include "imaging/grey_picture.h"
#include "jpeg/validator.h"
#include "support/jpeg_pictures.h"
#include "support/synthetic_edges.h"

#include <cmath>
#include <gmock/gmock.h>

namespace framegate::imaging {
namespace {

using test::EdgeScene;
using test::EdgeSpread;
using test::Mtf;
using testing::HasSubstr;

Result<EdgeSharpness> measured(const Mtf& mtf, const EdgeScene& scene) {
    const auto picture = test::rendered(EdgeSpread(mtf), scene);
    return measureEdge(picture.view(), picture.curve(), test::placeOf(scene));
}

/// The error of MTF50 in %, or a large one.
double errorPercent(const Mtf& mtf, const EdgeScene& scene) {
    const auto sharpness = measured(mtf, scene);
    EXPECT_TRUE(sharpness) << sharpness.error().message;
    return sharpness ? 100 * (sharpness->mtf50 / test::fallsTo(mtf, 0.5) - 1) : 1000;
}

std::string refusal(const EdgeScene& scene, const Mtf& mtf = test::gaussianMtf(0.2)) {
    const auto sharpness = measured(mtf, scene);
    return sharpness ? "" : sharpness.error().code;
}

/// A clean picture whose pixels a test may spoil.
test::EdgePicture cleanPicture(const EdgeScene& scene) {
    return test::rendered(EdgeSpread(test::gaussianMtf(0.2)), scene);
}

std::string refusal(const test::EdgePicture& picture, const EdgePlace& place) {
    const auto sharpness = measureEdge(picture.view(), picture.curve(), place);
    return sharpness ? "" : sharpness.error().code;
}

TEST(SlantedEdge, CleanGaussian_IsRightToATenThousandth) {
    for (const double mtf50 : {0.06, 0.1, 0.2, 0.3, 0.4})
        EXPECT_NEAR(errorPercent(test::gaussianMtf(mtf50), {}), 0, 0.01) << mtf50;
}

TEST(SlantedEdge, GaussianThroughPixels_IsRightAtAllAngles) {
    for (const double angle : {-12.0, -7.0, -2.5, 3.0, 5.0, 9.0, 20.0, 31.0}) {
        const auto mtf = test::throughPixels(test::gaussianMtf(0.3), angle);
        EdgeScene scene;
        scene.angleDegrees = angle;
        EXPECT_NEAR(errorPercent(mtf, scene), 0, 0.02) << angle;
    }
}

TEST(SlantedEdge, DefocusDisc_IsRightThoughNoGaussian) {
    for (const double radius : {1.0, 2.0, 3.0})
        EXPECT_NEAR(errorPercent(test::throughPixels(test::defocusMtf(radius, 0.3), 5), {}), 0, 0.05)
            << radius;
}

TEST(SlantedEdge, FlatEdge_IsMeasuredLikeASteepOne) {
    EdgeScene scene;
    scene.steep = false;
    EXPECT_NEAR(errorPercent(test::gaussianMtf(0.2), scene), 0, 0.1);
}

TEST(SlantedEdge, FallingEdge_IsMeasuredLikeARisingOne) {
    EdgeScene scene;
    std::swap(scene.low, scene.high);
    EXPECT_NEAR(errorPercent(test::gaussianMtf(0.2), scene), 0, 0.1);
}

TEST(SlantedEdge, Angle_IsAnticlockwiseAsSeen) {
    for (const bool steep : {true, false})
        for (const double angle : {-8.0, 4.0}) {
            EdgeScene scene;
            scene.steep = steep;
            scene.angleDegrees = angle;
            const auto sharpness = measured(test::gaussianMtf(0.2), scene);
            ASSERT_TRUE(sharpness) << sharpness.error().message;
            EXPECT_NEAR(sharpness->angleDegrees, angle, 0.01);
        }
}

TEST(SlantedEdge, LevelsAndContrast_AreThoseOfTheScene) {
    const auto sharpness = measured(test::gaussianMtf(0.2), {});
    ASSERT_TRUE(sharpness);
    EXPECT_NEAR(sharpness->darkLight, 0.2, 1e-4);
    EXPECT_NEAR(sharpness->brightLight, 0.7, 1e-4);
    EXPECT_NEAR(sharpness->contrast(), 0.5 / 0.9, 1e-3);
}

TEST(SlantedEdge, ResponseTable_FollowsTheMtf) {
    const auto mtf = test::throughPixels(test::gaussianMtf(0.3), 5);
    const auto sharpness = measured(mtf, {});
    ASSERT_TRUE(sharpness);
    EXPECT_FLOAT_EQ(sharpness->response[0], 1);
    for (std::size_t i = 0; i <= 32; ++i)
        EXPECT_NEAR(static_cast<double>(sharpness->response[i]), mtf(static_cast<double>(i) / 64), 0.005)
            << i;
    EXPECT_NEAR(sharpness->mtfHalfNyquist, mtf(0.25), 0.002);
}

TEST(SlantedEdge, PlainEdge_HasItsPeakAtZero) {
    const auto sharpness = measured(test::gaussianMtf(0.2), {});
    ASSERT_TRUE(sharpness);
    EXPECT_NEAR(sharpness->oversharpening, 0, 1e-4);
    EXPECT_NEAR(sharpness->mtf50p, sharpness->mtf50, 1e-5);
}

TEST(SlantedEdge, SharpenedEdge_ShowsItsPeakAndLessMtf50p) {
    const auto mtf = test::sharpened(test::throughPixels(test::gaussianMtf(0.3), 5), 1.5, 1.2);
    double peak = 0;
    for (double f = 0; f < 0.5; f += 1.0 / 64)
        peak = std::max(peak, mtf(f));
    const auto sharpness = measured(mtf, {});
    ASSERT_TRUE(sharpness);
    EXPECT_NEAR(sharpness->oversharpening, peak - 1, 0.01);
    EXPECT_NEAR(sharpness->mtf50, test::fallsTo(mtf, 0.5), 0.003);
    EXPECT_NEAR(sharpness->mtf50p, test::fallsTo(mtf, peak / 2, 0.15), 0.003);
    EXPECT_LT(sharpness->mtf50p, sharpness->mtf50);
}

TEST(SlantedEdge, ShadedLight_DoesNotBiasTheResponse) {
    EdgeScene scene;
    scene.shading = 0.3;
    EXPECT_NEAR(errorPercent(test::gaussianMtf(0.15), scene), 0, 0.2);
}

TEST(SlantedEdge, BentEdge_IsFollowed) {
    EdgeScene scene;
    scene.bend = 2e-4; // two pixels at the ends
    const auto sharpness = measured(test::gaussianMtf(0.2), scene);
    ASSERT_TRUE(sharpness);
    EXPECT_NEAR(100 * (sharpness->mtf50 / 0.2 - 1), 0, 0.5);
    EXPECT_GT(sharpness->bendPixels, 1);
}

TEST(SlantedEdge, PlaceThatIsSomePixelsOff_ChangesNothing) {
    const EdgeScene scene;
    const auto picture = cleanPicture(scene);
    auto place = test::placeOf(scene);
    place.start.x += 5;
    place.end.x -= 4;
    const auto sharpness = measureEdge(picture.view(), picture.curve(), place);
    ASSERT_TRUE(sharpness) << sharpness.error().message;
    EXPECT_NEAR(100 * (sharpness->mtf50 / 0.2 - 1), 0, 0.1);
}

TEST(SlantedEdge, NoisyEdges_AreUnbiasedAndAsUncertainAsStated) {
    const auto mtf = test::throughPixels(test::gaussianMtf(0.25), 5);
    const EdgeSpread spread(mtf);
    const double truth = test::fallsTo(mtf, 0.5);
    double sum = 0, squares = 0, ratios = 0;
    constexpr int edges = 60;
    for (unsigned seed = 1; seed <= edges; ++seed) {
        EdgeScene scene;
        scene.bits = 8;
        scene.noise = 2.5;
        scene.seed = seed;
        const auto picture = test::rendered(spread, scene);
        const auto sharpness = measureEdge(picture.view(), picture.curve(), test::placeOf(scene));
        ASSERT_TRUE(sharpness) << sharpness.error().message;
        const double error = sharpness->mtf50 / truth - 1;
        sum += error;
        squares += error * error;
        ratios += std::pow((sharpness->mtf50 - truth) / sharpness->mtf50Uncertainty, 2);
    }
    EXPECT_LT(std::abs(sum / edges), 0.004);
    EXPECT_LT(std::sqrt(squares / edges), 0.012);
    EXPECT_GT(std::sqrt(ratios / edges), 0.5);
    EXPECT_LT(std::sqrt(ratios / edges), 1.6);
}

TEST(SlantedEdge, JpegOfGoodQuality_BiasesByLessThanAPercent) {
    const auto mtf = test::throughPixels(test::gaussianMtf(0.2), 6);
    const EdgeSpread spread(mtf);
    double sum = 0;
    constexpr int edges = 24;
    for (unsigned seed = 1; seed <= edges; ++seed) {
        EdgeScene scene;
        scene.angleDegrees = 6;
        scene.steep = seed % 2 == 0;
        scene.bits = 8;
        scene.noise = 2;
        scene.seed = seed;
        auto picture = test::rendered(spread, scene);
        test::JpegStyle style;
        style.quality = 85;
        style.grey = true;
        const auto bytes = test::encodedJpeg(picture.narrow, scene.width, scene.height, style);
        picture.narrow = greyOf(*jpeg::decode(std::as_bytes(std::span(bytes)))).narrow;
        const auto sharpness = measureEdge(picture.view(), picture.curve(), test::placeOf(scene));
        ASSERT_TRUE(sharpness) << sharpness.error().message;
        sum += sharpness->mtf50 / test::fallsTo(mtf, 0.5) - 1;
    }
    EXPECT_LT(std::abs(sum / edges), 0.01);
}

TEST(SlantedEdge, StatedNoise_IsThatOfThePixels) {
    EdgeScene scene;
    scene.noise = 655.35; // 0.01 of light, on a step of 0.5
    const auto sharpness = measured(test::gaussianMtf(0.2), scene);
    ASSERT_TRUE(sharpness);
    EXPECT_NEAR(sharpness->noise, 0.02, 0.001);
}

TEST(SlantedEdge, OnTheGridAxis_IsRefused) {
    EdgeScene scene;
    scene.angleDegrees = 0;
    EXPECT_EQ(refusal(scene), "EDGE_ANGLE");
    scene.angleDegrees = 0.05;
    EXPECT_EQ(refusal(scene), "EDGE_ANGLE");
}

TEST(SlantedEdge, OnTheDiagonal_IsRefused) {
    EdgeScene scene;
    scene.angleDegrees = 45;
    scene.offset = 0;
    EXPECT_EQ(refusal(scene), "EDGE_ANGLE");
}

TEST(SlantedEdge, LittleContrast_IsRefused) {
    EdgeScene scene;
    scene.high = scene.low + 0.01;
    EXPECT_EQ(refusal(scene), "EDGE_CONTRAST");
    scene.high = scene.low;
    EXPECT_EQ(refusal(scene), "EDGE_CONTRAST");
}

TEST(SlantedEdge, NoiseAsLargeAsTheStep_IsRefused) {
    EdgeScene scene;
    scene.high = 0.25;
    scene.noise = 0.05 * 65535;
    EXPECT_THAT(refusal(scene), testing::AnyOf("EDGE_CONTRAST", "EDGE_DISTURBED"));
}

TEST(SlantedEdge, ClippedSide_IsRefused) {
    EdgeScene scene;
    scene.high = 1.2;
    EXPECT_EQ(refusal(scene), "EDGE_CLIPPED");
    scene.high = 0.5;
    scene.low = -0.1;
    EXPECT_EQ(refusal(scene), "EDGE_CLIPPED");
}

TEST(SlantedEdge, BlurWiderThanItsSurroundings_IsRefused) {
    EXPECT_EQ(refusal({}, test::gaussianMtf(0.012)), "EDGE_BLURRED");
}

TEST(SlantedEdge, ShortEdge_IsRefusedWithItsLength) {
    const auto picture = cleanPicture({});
    const auto sharpness = measureEdge(picture.view(), picture.curve(), {{120, 110}, {120, 120}});
    ASSERT_FALSE(sharpness);
    EXPECT_EQ(sharpness.error().code, "EDGE_SHORT");
    EXPECT_THAT(sharpness.error().message, HasSubstr("10.0 pixels"));
}

TEST(SlantedEdge, SecondEdgeWithinReach_IsRefused) {
    const EdgeScene scene;
    auto picture = cleanPicture(scene);
    for (unsigned y = 0; y < scene.height; ++y)
        for (unsigned x = 135; x < 140; ++x)
            picture.wide[y * scene.width + x] = 3000;
    EXPECT_THAT(refusal(picture, test::placeOf(scene)), testing::AnyOf("EDGE_DISTURBED", "EDGE_BLURRED"));
}

TEST(SlantedEdge, EdgeThatTurnsACorner_IsRefused) {
    const EdgeScene scene;
    auto picture = cleanPicture(scene);
    for (unsigned y = 0; y < scene.height / 2; ++y)
        for (unsigned x = 0; x < scene.width; ++x)
            picture.wide[y * scene.width + x] = 13000;
    EXPECT_THAT(refusal(picture, test::placeOf(scene)), testing::AnyOf("EDGE_DISTURBED", "EDGE_BLURRED"));
}

TEST(SlantedEdge, PlaceOutsideThePicture_IsWrongInput) {
    const auto picture = cleanPicture({});
    for (const auto& place : {EdgePlace{{-5, 10}, {100, 10}}, EdgePlace{{10, 10}, {10, 500}},
                              EdgePlace{{std::nan(""), 10}, {10, 100}}, EdgePlace{{10, 10}, {1e300, 100}}}) {
        const auto sharpness = measureEdge(picture.view(), picture.curve(), place);
        ASSERT_FALSE(sharpness);
        EXPECT_EQ(sharpness.error().code, "EDGE_PLACE");
        EXPECT_EQ(sharpness.error().kind, ErrorKind::InvalidInput);
    }
}

TEST(SlantedEdge, ReachThatIsNoNumberOrTooSmall_IsWrongInput) {
    const EdgeScene scene;
    const auto picture = cleanPicture(scene);
    for (const double reach : {0.0, 7.9, -3.0, std::nan("")}) {
        auto place = test::placeOf(scene);
        place.reach = reach;
        EXPECT_EQ(refusal(picture, place), "EDGE_PLACE") << reach;
    }
}

TEST(SlantedEdge, ToneCurveOfAnotherDepth_IsWrongInput) {
    const EdgeScene scene;
    const auto picture = cleanPicture(scene);
    const auto sharpness = measureEdge(picture.view(), ToneCurve::srgb(8), test::placeOf(scene));
    ASSERT_FALSE(sharpness);
    EXPECT_EQ(sharpness.error().code, "EDGE_PLACE");
}

TEST(SlantedEdge, PlacesAtRandomNearAnEdge_GiveAnErrorOrFiniteFigures) {
    EdgeScene scene;
    scene.width = scene.height = 120;
    scene.bits = 8;
    scene.noise = 3;
    const auto picture = cleanPicture(scene);
    std::mt19937 random(5);
    const auto off = [&] { return static_cast<double>(random() % 31) - 15; };
    int judged = 0;
    for (int round = 0; round < 300; ++round) {
        auto place = test::placeOf(scene, 20);
        place.start = {place.start.x + off(), place.start.y + off()};
        place.end = {place.end.x + off(), place.end.y + off()};
        place.reach = 8 + static_cast<double>(random() % 60);
        const auto sharpness = measureEdge(picture.view(), picture.curve(), place);
        if (!sharpness) continue;
        ++judged;
        EXPECT_NEAR(sharpness->mtf50, 0.2, 0.02);
        EXPECT_TRUE(std::isfinite(sharpness->mtf50Uncertainty) && std::isfinite(sharpness->bendPixels));
    }
    EXPECT_GT(judged, 100);
}

TEST(SlantedEdge, RandomPictures_GiveAnErrorOrFiniteFigures) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        test::EdgePicture picture{{96, 96}, {}, std::vector<std::uint8_t>(96 * 96)};
        for (auto& pixel : picture.narrow)
            pixel = static_cast<std::uint8_t>(random() % (1 + random() % 256));
        const auto coordinate = [&] { return static_cast<double>(random() % 96); };
        const EdgePlace place{{coordinate(), coordinate()}, {coordinate(), coordinate()}};
        const auto sharpness = measureEdge(picture.view(), picture.curve(), place);
        if (!sharpness) continue;
        EXPECT_TRUE(std::isfinite(sharpness->mtf50) && std::isfinite(sharpness->mtf50Uncertainty) &&
                    std::isfinite(sharpness->contrast()) && std::isfinite(sharpness->mtf50p));
    }
}

} // namespace
} // namespace framegate::imaging
