// SPDX-License-Identifier: GPL-3.0-or-later
//
// After any sequence of sizes the sensor's registers are those of a fresh start and the last size: looked up
// in the simulated sensor itself, not in what the host believes.
#include "camera/camera.h"
#include "config/readers.h"
#include "sim/camera_module.h"
#include "simulation/chart_scene.h"
#include "support/host_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace framegate {
namespace {

using namespace std::chrono_literals;

/// A module of the plan's sensor on its board, started and ready for sizes.
struct Bench {
    explicit Bench(const TestPlan& used)
        : plan(used), board(transport()), camera(board, plan.sensor, plan.board, plan.timing) {
        EXPECT_TRUE(camera.identify(deadline(), {}));
        const auto started = camera.initialise(deadline(), {});
        EXPECT_TRUE(started && started->mismatches == 0);
    }
    std::unique_ptr<UsbTransport> transport() {
        const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
        auto made = std::make_unique<sim::CameraModule>(sim::Faults{},
                                                        simulation::makeChartScene(1, kind.sensor), 1, kind);
        module = made.get();
        return std::make_unique<test::HostTransport>(std::move(made));
    }
    Deadline deadline() { return Deadline::after(board.clock(), 60s); }
    SizeChange to(Resolution size) {
        const auto change = camera.setSize(size, deadline(), {});
        EXPECT_TRUE(change) << change.error().message;
        EXPECT_EQ(change ? change->mismatches : 1, 0U) << change->firstMismatch;
        return change ? *change : SizeChange{};
    }
    /// What the sensor's kept registers hold.
    RegisterImage held(Resolution size) {
        RegisterImage image;
        for (const auto& write : plan.sensor.image(size))
            image[write.at] = module->sensor().reg(write.at.bank, write.at.address);
        return image;
    }

    const TestPlan& plan;
    sim::CameraModule* module = nullptr;
    FixtureBoard board;
    Camera camera;
};

class RegisterImages : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        auto read = config::readPlan(std::string(FRAMEGATE_SOURCE_DIR "/fixtures/plans/") + GetParam());
        ASSERT_TRUE(read) << read.error().message;
        plan = std::move(*read);
    }
    /// What a fresh start and each size alone give.
    std::map<Resolution, RegisterImage> fresh() {
        std::map<Resolution, RegisterImage> images;
        for (const auto& mode : plan.sensor.modes) {
            Bench bench(plan);
            bench.to(mode.size);
            images[mode.size] = bench.held(mode.size);
        }
        return images;
    }
    TestPlan plan;
};

TEST_P(RegisterImages, EveryOrderedPairOfSizes_EndsWhereTheSecondAloneDoes) {
    const auto expected = fresh();
    Bench bench(plan);
    unsigned pairs = 0;
    for (const auto& [first, unused] : expected)
        for (const auto& [second, image] : expected) {
            bench.to(first);
            ASSERT_EQ(bench.held(first), expected.at(first)) << first.text();
            bench.to(second);
            ASSERT_EQ(bench.held(second), image) << first.text() << " then " << second.text();
            ++pairs;
        }
    EXPECT_EQ(pairs, plan.sensor.modes.size() * plan.sensor.modes.size());
}

TEST_P(RegisterImages, RandomSequences_EndWhereTheirLastSizeAloneDoes) {
    const auto expected = fresh();
    std::minstd_rand random(7);
    Bench bench(plan);
    for (int i = 0; i < 60; ++i) {
        const auto& size = plan.sensor.modes[random() % plan.sensor.modes.size()].size;
        bench.to(size);
        ASSERT_EQ(bench.held(size), expected.at(size)) << "change " << i << ", to " << size.text();
    }
}

TEST_P(RegisterImages, HostsImage_IsTheSensors) {
    Bench bench(plan);
    for (const auto& mode : plan.sensor.modes) {
        bench.to(mode.size);
        const auto held = bench.held(mode.size);
        EXPECT_EQ(bench.camera.registers(), held) << mode.size.text();
    }
}

TEST_P(RegisterImages, SameSizeAgain_WritesNothing) {
    Bench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    EXPECT_GT(bench.to(size).writes, 0U);
    EXPECT_EQ(bench.to(size).writes, 0U);
}

TEST_P(RegisterImages, AnotherSize_WritesNoMoreThanItsTable) {
    Bench bench(plan);
    bench.to(plan.sensor.modes.front().size);
    const auto& large = plan.sensor.modes.back();
    EXPECT_LE(bench.to(large.size).writes, large.writes.size());
}

TEST_P(RegisterImages, FrozenAndReleased_AreTheSameRegistersAsBefore) {
    if (GetParam() == std::string("ov2640.toml") && plan.sensor.freezeAuto.empty()) GTEST_SKIP();
    Bench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    bench.to(size);
    const auto before = bench.held(size);
    ASSERT_TRUE(bench.camera.freezeAutomatic(true, bench.deadline(), {}));
    EXPECT_NE(bench.held(size), before);
    const auto released = bench.camera.freezeAutomatic(false, bench.deadline(), {});
    ASSERT_TRUE(released);
    EXPECT_EQ(released->mismatches, 0U);
    EXPECT_EQ(bench.held(size), before);
}

INSTANTIATE_TEST_SUITE_P(Sensors, RegisterImages, testing::Values("ov2640.toml", "ov5642.toml"),
                         [](const auto& tested) { return std::string(tested.param).substr(0, 6); });

} // namespace
} // namespace framegate
