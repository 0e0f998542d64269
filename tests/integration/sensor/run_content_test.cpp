// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the frames of a run tell of each other, on simulated modules that look at the chart.
#include "sensor_bench.h"

#include "steps/step.h"
#include "support/readings.h"
#include "support/run_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr Resolution size{320, 240};

/// Shows the chart, but once, on the \a nth look, something else.
class OnceChanged : public sim::Scene {
public:
    using Change = std::function<void(sim::SceneImage&)>;
    OnceChanged(unsigned nth, Change change) : nth_(nth), change_(std::move(change)) {}
    sim::SceneImage look(std::uint16_t width, std::uint16_t height, std::uint64_t frame,
                         const sim::Development& development) override {
        auto image = scene_->look(width, height, frame, development);
        if (armed && ++looks_ == nth_) change_(image);
        return image;
    }
    bool armed = false;

private:
    unsigned nth_;
    Change change_;
    unsigned looks_ = 0;
    std::unique_ptr<sim::Scene> scene_ = simulation::makeChartScene(1);
};

/// What the capture step finds of a settled module whose second frame has \a change.
StepFinding foundWithSecondFrame(OnceChanged::Change change) {
    const auto plan = test::shippedPlan("ov2640.toml");
    auto scene = std::make_unique<OnceChanged>(2, std::move(change));
    auto& seen = *scene;
    const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
    const sim::Faults faults;
    FixtureBoard board(std::make_unique<test::HostTransport>(
        std::make_unique<sim::CameraModule>(faults, std::move(scene), 1, kind)));
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    const auto deadline = Deadline::after(board.clock(), 60s);
    EXPECT_TRUE(camera.identify(deadline, {}) && camera.initialise(deadline, {}) &&
                camera.setSize(size, deadline, {}) && board.clock().sleepFor(2s, {}));
    BoardHello hello;
    StepContext context{plan, camera, hello, deadline, {}};
    seen.armed = true;
    auto finding = findStep("capture")->run(context, {"capture", {size}}, size);
    EXPECT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(context.sketches.size(), 1U);
    return finding ? std::move(*finding) : StepFinding{};
}

/// As a damaged DC difference leaves it: everything from one place on is brighter.
void brighterBelow(sim::SceneImage& image) {
    for (std::size_t i = image.rgb.size() * 3 / 4; i < image.rgb.size(); ++i)
        image.rgb[i] = static_cast<std::uint8_t>(std::min(255, image.rgb[i] + 30));
}

TEST(FramesOfASize, OneDamagedBetweenGoodOnes_IsNotTheJudgedOneAndIsCounted) {
    const auto finding = foundWithSecondFrame(brighterBelow);
    EXPECT_EQ(test::valueOf(finding, "settled"), 1);
    EXPECT_EQ(test::valueOf(finding, "frames_to_settle"), 4);
    EXPECT_EQ(test::valueOf(finding, "settle_odd_frames"), 1);
    EXPECT_EQ(test::valueOf(finding, "frame_change_percent"), 0) << "of the two that settled";
    const auto plan = test::shippedPlan("ov2640.toml");
    const auto judged = plan.limits.judge({"settle_odd_frames", 1, "{frame}", size}, "capture", 1);
    EXPECT_EQ(judged.outcome, MeasurementOutcome::Fail);
}

TEST(FramesOfASize, OneExposedOtherwise_IsWaitedOutAndNotCounted) {
    const auto finding = foundWithSecondFrame([](sim::SceneImage& image) {
        for (auto& value : image.rgb)
            value = static_cast<std::uint8_t>(value * 9 / 10);
    });
    EXPECT_EQ(test::valueOf(finding, "settled"), 1);
    EXPECT_EQ(test::valueOf(finding, "frames_to_settle"), 4);
    EXPECT_EQ(test::valueOf(finding, "settle_odd_frames"), 0);
}

TEST(FramesOfASize, AllGood_SettleWithTheSecond) {
    const auto finding = foundWithSecondFrame([](sim::SceneImage&) {});
    EXPECT_EQ(test::valueOf(finding, "frames_to_settle"), 2);
    EXPECT_EQ(test::valueOf(finding, "settle_odd_frames"), 0);
}

Look lookAt(const test::Octets& bytes, Resolution of) {
    return lookOf(*test::judged(bytes, of).coded);
}

class GoodScenes : public testing::TestWithParam<sim::SensorKind> {};

TEST_P(GoodScenes, DarkBrightFlatAndCoarse_AreAlikeFromFrameToFrame) {
    const SettleRule rule;
    test::PictureSource source(GetParam() == sim::SensorKind::Ov2640 ? 4 : 5, GetParam());
    for (const double light : {0.02, 0.2, 1.0, 1.8, 4.0})
        for (const double contrast : {0.0, 0.3, 1.0})
            for (const int quality : {0x04, 0x0C, 0x3F}) {
                source.setQuality(static_cast<std::uint8_t>(quality));
                const auto a = lookAt(source.frame({640, 480}, light, contrast), {640, 480});
                const auto b = lookAt(source.frame({640, 480}, light, contrast), {640, 480});
                EXPECT_TRUE(alike(a, b, rule)) << light << " " << contrast << " " << quality;
                EXPECT_FALSE(isOdd(b, a));
            }
}

TEST_P(GoodScenes, ExposureOnTheMove_IsNeverOdd) {
    for (const Resolution of : {Resolution{320, 240}, Resolution{1600, 1200}}) {
        test::PictureSource source(3, GetParam());
        const auto usual = lookAt(source.frame(of), of);
        for (const double light : {0.5, 0.65, 0.8, 0.9, 0.95, 1.05, 1.2, 1.35})
            EXPECT_FALSE(isOdd(lookAt(source.frame(of, light), of), usual)) << of.text() << " " << light;
    }
}

INSTANTIATE_TEST_SUITE_P(Sensors, GoodScenes,
                         testing::Values(sim::SensorKind::Ov2640, sim::SensorKind::Ov5642));

TEST(FlippedBits, ThatChangeATwentiethOfThePixelsByEightLevels_MakeTheFrameUnlike) {
    const SettleRule rule;
    std::mt19937 random(7);
    unsigned visible = 0;
    test::PictureSource source(6, sim::SensorKind::Ov2640);
    const auto before = source.frame(size);
    const auto good = source.frame(size);
    for (unsigned n = 0; n < 400; ++n) {
        auto damaged = good;
        test::corruption::flip(damaged, test::corruption::inScan(damaged, sim::ov2640ScanOffset, 1, random),
                               random);
        const auto verdict = test::judged(damaged, size);
        const auto changed = verdict.valid ? test::visiblyChanged(good, damaged) : std::nullopt;
        if (!changed || *changed <= 5) continue;
        ++visible;
        EXPECT_FALSE(alike(lookAt(before, size), lookOf(*verdict.coded), rule)) << *changed << " %";
    }
    EXPECT_GT(visible, 10U) << "else this shows nothing";
}

/// What run-content finds of a unit's pictures, of which one may be changed.
class SizesOfARun : public testing::Test {
protected:
    SizesOfARun() : board_(bench_.board) {
        test::PictureSource source(4, sim::SensorKind::Ov2640);
        for (const auto& mode : plan_.sensor.modes) {
            pictures_.push_back(*test::judged(source.frame(mode.size), mode.size).coded);
            if (pictures_.size() == 6) break;
        }
    }
    StepFinding found() {
        BoardHello hello;
        StepContext context{plan_, bench_.camera, hello, bench_.deadline(), {}};
        for (const auto& picture : pictures_)
            context.sketches.push_back(sketchOf(picture, lookOf(picture)));
        auto finding = findStep("run-content")->run(context, {"run-content", {}}, {});
        EXPECT_TRUE(finding);
        return finding ? std::move(*finding) : StepFinding{};
    }
    /// Changes the blocks of one picture's components from a row of MCUs on.
    template <class Change>
    void changeBelow(std::size_t index, double from, Change change) {
        for (auto& plane : pictures_[index].dc)
            for (std::size_t i = static_cast<std::size_t>(from * plane.height) * plane.width;
                 i < plane.values.size(); ++i)
                plane.values[i] = change(plane, i);
    }

    TestPlan plan_ = test::shippedPlan("ov2640.toml");
    test::SensorBench bench_{plan_};
    FixtureBoard& board_;
    std::vector<CodedPicture> pictures_;
};

using Plane = CodedPicture::DcPlane;

TEST_F(SizesOfARun, AllGood_DifferLittle) {
    const auto finding = found();
    EXPECT_EQ(finding.failureCode, "") << finding.failureDetail;
    ASSERT_EQ(finding.readings.size(), 6U);
    for (const auto& reading : finding.readings)
        EXPECT_LT(reading.value, 10) << reading.resolution->text();
}

TEST_F(SizesOfARun, GreyFill_IsNamedWithItsSize) {
    changeBelow(4, 0.6, [](const Plane&, std::size_t) { return std::int16_t{0}; });
    const auto finding = found();
    EXPECT_EQ(finding.failureCode, "CONTENT_GREY_FILL");
    EXPECT_THAT(finding.failureDetail, testing::HasSubstr("640x480: "));
    EXPECT_THAT(finding.failureDetail, testing::HasSubstr("of 2400 MCUs are one colour"));
}

TEST_F(SizesOfARun, RowsRepeated_AreNamed) {
    changeBelow(4, 0.5, [](const Plane& plane, std::size_t i) { return plane.values[i - plane.width]; });
    const auto finding = found();
    EXPECT_EQ(finding.failureCode, "CONTENT_ROWS_REPEATED") << finding.failureDetail;
}

TEST_F(SizesOfARun, ASeam_IsNamedWithItsRow) {
    const auto* const luma = &pictures_[4].dc[0];
    changeBelow(4, 0.67, [&](const Plane& plane, std::size_t i) {
        return static_cast<std::int16_t>(plane.values[i] - (&plane == luma ? 8 * 40 : 0));
    });
    const auto finding = found();
    EXPECT_EQ(finding.failureCode, "CONTENT_SEAM") << finding.failureDetail;
    EXPECT_THAT(finding.failureDetail, testing::HasSubstr("from MCU row 40 on"));
}

TEST_F(SizesOfARun, AnotherScene_Differs) {
    auto& values = pictures_[4].dc[0].values;
    std::reverse(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); i += 7)
        values[i] = static_cast<std::int16_t>(values[i] / 3);
    for (std::size_t i = 0; i < values.size() / 2; ++i)
        std::swap(values[i], values[values.size() / 2 + i]);
    const auto finding = found();
    EXPECT_THAT(finding.failureCode, testing::StartsWith("CONTENT_")) << finding.failureDetail;
    EXPECT_THAT(finding.failureDetail, testing::StartsWith("640x480"));
}

TEST_F(SizesOfARun, OnePictureOrNone_AreNotCompared) {
    pictures_.resize(1);
    EXPECT_TRUE(found().readings.empty());
    pictures_.clear();
    EXPECT_TRUE(found().readings.empty());
}

TEST_F(SizesOfARun, WithoutALimit_ADifferenceIsOnlyRecorded) {
    changeBelow(4, 0.6, [](const Plane&, std::size_t) { return std::int16_t{0}; });
    plan_.limits = Limits();
    EXPECT_EQ(found().failureCode, "");
}

} // namespace
} // namespace framegate
