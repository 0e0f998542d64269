// SPDX-License-Identifier: GPL-3.0-or-later
//
// After any sequence of sizes the sensor's registers are those of a fresh start and the last size: looked up
// in the simulated sensor itself, not in what the host believes.
#include "camera/register_script.h"
#include "sensor_bench.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace framegate {
namespace {

using namespace std::chrono_literals;

class RegisterImages : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { plan = test::shippedPlan(GetParam()); }
    /// What a fresh start and each size alone give.
    std::map<Resolution, RegisterImage> fresh() {
        std::map<Resolution, RegisterImage> images;
        for (const auto& mode : plan.sensor.modes) {
            test::SensorBench bench(plan);
            bench.to(mode.size);
            images[mode.size] = bench.held(mode.size);
        }
        return images;
    }
    TestPlan plan;
};

TEST_P(RegisterImages, EveryOrderedPairOfSizes_EndsWhereTheSecondAloneDoes) {
    const auto expected = fresh();
    test::SensorBench bench(plan);
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
    test::SensorBench bench(plan);
    for (int i = 0; i < 60; ++i) {
        const auto& size = plan.sensor.modes[random() % plan.sensor.modes.size()].size;
        bench.to(size);
        ASSERT_EQ(bench.held(size), expected.at(size)) << "change " << i << ", to " << size.text();
    }
}

TEST_P(RegisterImages, HostsImage_IsTheSensors) {
    test::SensorBench bench(plan);
    for (const auto& mode : plan.sensor.modes) {
        bench.to(mode.size);
        const auto held = bench.held(mode.size);
        EXPECT_EQ(bench.camera.registers(), held) << mode.size.text();
    }
}

TEST_P(RegisterImages, SameSizeAgain_WritesNothing) {
    test::SensorBench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    EXPECT_GT(bench.to(size).writes, 0U);
    EXPECT_EQ(bench.to(size).writes, 0U);
}

TEST_P(RegisterImages, AnotherSize_WritesNoMoreThanItsTable) {
    test::SensorBench bench(plan);
    bench.to(plan.sensor.modes.front().size);
    const auto& large = plan.sensor.modes.back();
    EXPECT_LE(bench.to(large.size).writes, large.writes.size());
}

TEST_P(RegisterImages, FrozenAndReleased_AreTheSameRegistersAsBefore) {
    if (GetParam() == std::string("ov2640.toml") && plan.sensor.freezeAuto.empty()) GTEST_SKIP();
    test::SensorBench bench(plan);
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

/// Writes behind the host's back, as writes do that land in the wrong bank.
void upset(test::SensorBench& bench, RegisterAddress at) {
    RegisterScript script(bench.plan.sensor);
    script.write({at, static_cast<std::uint8_t>(bench.module->sensor().reg(at.bank, at.address) ^ 1U)});
    ASSERT_TRUE(bench.board.i2c(bench.plan.sensor.i2cAddress, bench.plan.timing.writePause,
                                script.parts().front().script, false, bench.deadline(), {}));
}

/// A script under this deadline reaches the board, and is broken off.
Deadline noTime(test::SensorBench& bench) {
    return Deadline::after(bench.board.clock(), 1us);
}

/// A register that start-up sets and no size does.
RegisterAddress onlyInBase(const SensorDescription& sensor) {
    std::vector<RegisterAddress> found;
    const auto ofSize = imageOf(sensor.modes.front().writes);
    for (const auto& write : imageOf(sensor.base))
        if (std::none_of(ofSize.begin(), ofSize.end(), [&](const auto& w) { return w.at == write.at; }))
            found.push_back(write.at);
    EXPECT_FALSE(found.empty());
    return found.at(found.size() / 2);
}

TEST_P(RegisterImages, AfterAReadBackThatDiffers_TheNextSizeIsAFreshStart) {
    const auto expected = fresh();
    test::SensorBench bench(plan);
    const auto& size = plan.sensor.modes.front();
    bench.to(size.size);
    upset(bench, onlyInBase(plan.sensor));
    upset(bench, imageOf(size.writes).front().at);
    const auto noticed = bench.camera.setSize(size.size, bench.deadline(), {});
    ASSERT_TRUE(noticed);
    ASSERT_GT(noticed->mismatches, 0U);
    bench.to(size.size);
    EXPECT_EQ(bench.held(size.size), expected.at(size.size));
}

TEST_P(RegisterImages, AfterAScriptThatBrokeOff_TheNextSizeIsAFreshStart) {
    const auto expected = fresh();
    test::SensorBench bench(plan);
    const auto first = plan.sensor.modes.front().size;
    const auto second = plan.sensor.modes.back().size;
    bench.to(first);
    ASSERT_FALSE(bench.camera.setSize(second, noTime(bench), {}));
    upset(bench, onlyInBase(plan.sensor));
    bench.to(first);
    EXPECT_EQ(bench.held(first), expected.at(first));
    EXPECT_EQ(bench.camera.registers(), bench.held(first));
}

TEST_P(RegisterImages, OnceInOrderAgain_ASizeWritesOnlyWhatDiffers) {
    test::SensorBench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    bench.to(plan.sensor.modes.back().size);
    ASSERT_FALSE(bench.camera.setSize(size, noTime(bench), {}));
    EXPECT_GT(bench.to(size).writes, plan.sensor.base.size() / 2);
    EXPECT_EQ(bench.to(size).writes, 0U);
}

INSTANTIATE_TEST_SUITE_P(Sensors, RegisterImages, testing::Values("ov2640.toml", "ov5642.toml"),
                         [](const auto& tested) { return std::string(tested.param).substr(0, 6); });

} // namespace
} // namespace framegate
