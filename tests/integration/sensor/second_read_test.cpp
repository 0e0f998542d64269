// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading a frame a second time, on boards that rewind in different ways or not at all.
#include "sensor_bench.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

struct Case {
    const char* name;
    const char* plan;
    Rewind said;    ///< by the board file
    bool available; ///< as the simulated board is
};

class SecondReads : public testing::TestWithParam<Case> {
protected:
    SecondReads() : plan(test::shippedPlan(GetParam().plan)) { plan.board.rewind = GetParam().said; }
    TestPlan plan;
};

TEST_P(SecondReads, OfAGoodModule_AreEqualOrNotAvailable) {
    test::SensorBench bench(plan);
    for (const auto by : {SecondReadBy::Crc, SecondReadBy::Bytes}) {
        bench.to(plan.sensor.modes.front().size);
        ASSERT_TRUE(bench.board.clock().sleepFor(1s, {}));
        const auto frame = bench.camera.capture(bench.deadline(), {});
        ASSERT_TRUE(frame) << frame.error().message;
        const auto again = bench.camera.readAgain(*frame, by, bench.deadline(), {});
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->available, GetParam().available);
        EXPECT_EQ(again->equal, GetParam().available);
    }
}

TEST_P(SecondReads, OfAFrameThatWasReadWrongly_Differ) {
    test::SensorBench bench(plan);
    bench.to(plan.sensor.modes.front().size);
    ASSERT_TRUE(bench.board.clock().sleepFor(1s, {}));
    auto frame = bench.camera.capture(bench.deadline(), {});
    ASSERT_TRUE(frame);
    frame->bytes[frame->bytes.size() / 2] ^= std::byte{0x10};
    for (const auto by : {SecondReadBy::Crc, SecondReadBy::Bytes}) {
        const auto again = bench.camera.readAgain(*frame, by, bench.deadline(), {});
        ASSERT_TRUE(again);
        EXPECT_EQ(again->available, GetParam().available);
        EXPECT_FALSE(again->equal);
    }
}

TEST_P(SecondReads, NextCapture_IsWholeAllTheSame) {
    test::SensorBench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    bench.to(size);
    ASSERT_TRUE(bench.board.clock().sleepFor(1s, {}));
    const auto first = bench.camera.capture(bench.deadline(), {});
    ASSERT_TRUE(first);
    ASSERT_TRUE(bench.camera.readAgain(*first, SecondReadBy::Crc, bench.deadline(), {}));
    const auto second = bench.camera.capture(bench.deadline(), {});
    ASSERT_TRUE(second) << second.error().message;
    const auto soi = plan.board.dummyBytes;
    EXPECT_EQ(second->bytes[soi], std::byte{0xFF});
    EXPECT_EQ(second->bytes[soi + 1], std::byte{0xD8});
    EXPECT_EQ(second->crcOnBoard, second->crcHere);
}

INSTANTIATE_TEST_SUITE_P(Boards, SecondReads,
                         testing::Values(Case{"tried", "ov2640.toml", Rewind::Unknown, true},
                                         Case{"none", "ov2640.toml", Rewind::None, false},
                                         Case{"dummy_byte", "ov2640-384k.toml", Rewind::Unknown, true},
                                         Case{"large", "ov5642.toml", Rewind::Unknown, true},
                                         Case{"cannot", "ov5642-512k.toml", Rewind::Unknown, false},
                                         Case{"cannot_but_said_so", "ov5642-512k.toml", Rewind::Bit0x10,
                                              false}),
                         [](const auto& tested) { return std::string(tested.param.name); });

} // namespace
} // namespace framegate
