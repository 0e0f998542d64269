// SPDX-License-Identifier: GPL-3.0-or-later
//
// A size that has not settled in time fails by itself: no limits file is needed for that.
#include "sensor_bench.h"

#include "protocol/frame.h"
#include "steps/step.h"
#include "support/passing_transport.h"
#include "support/readings.h"

#include <gtest/gtest.h>
#include <utility>

namespace framegate {
namespace {

using namespace std::chrono_literals;

/// What the capture step finds of a size whose frames have long been valid.
Result<StepFinding> captured(const TestPlan& plan) {
    test::SensorBench bench(plan);
    const auto size = plan.sensor.modes.front().size;
    bench.to(size);
    EXPECT_TRUE(bench.board.clock().sleepFor(2s, {}));
    BoardHello hello;
    StepContext context{plan, bench.camera, hello, bench.deadline(), {}};
    return findStep("capture")->run(context, {"capture", {size}, 1, 1}, size);
}

TEST(Settling, GoodModule_SettlesWithinThePlansLimit) {
    const auto finding = captured(test::shippedPlan("ov2640.toml"));
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "") << finding->failureDetail;
    EXPECT_EQ(test::valueOf(*finding, "settled"), 1);
}

TEST(Settling, ValidFramesButTooFewInTime_FailWithoutAnyLimit) {
    auto plan = test::shippedPlan("ov2640.toml");
    plan.timing.settleLimit = 1ms;
    const auto finding = captured(plan);
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(test::valueOf(*finding, "jpeg_valid"), 1) << "else this is not about settling";
    EXPECT_EQ(test::valueOf(*finding, "settled"), 0);
    EXPECT_EQ(finding->failureCode, "SETTLE_TIMEOUT");
    ASSERT_TRUE(finding->picture);
    EXPECT_FALSE(finding->picture->valid);
}

/// A station that stands still for a while after each capture.
class SlowStation final : public test::PassingTransport {
public:
    SlowStation(std::unique_ptr<UsbTransport> inner, const std::chrono::nanoseconds& pause)
        : PassingTransport(std::move(inner)), pause_(pause) {}

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        const auto frame =
            wire::readFrame({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        capture_ = frame && frame->header.opcode == wire::Opcode::Capture;
        return PassingTransport::send(bytes, deadline, stop);
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        auto count = PassingTransport::receive(buffer, deadline, stop);
        if (std::exchange(capture_, false))
            if (auto slept = clock().sleepFor(pause_, stop); !slept) return passOn(slept);
        return count;
    }

private:
    const std::chrono::nanoseconds& pause_;
    bool capture_ = false; ///< is what was asked for last
};

TEST(Settling, StationThatStandsStill_IsNotTheModulesFault) {
    const auto plan = test::shippedPlan("ov2640.toml");
    std::chrono::nanoseconds pause{0};
    test::SensorBench bench(plan, {}, [&](std::unique_ptr<UsbTransport> transport) {
        return std::make_unique<SlowStation>(std::move(transport), pause);
    });
    const auto size = plan.sensor.modes.front().size;
    bench.to(size);
    pause = 2 * plan.timing.settleLimit;
    BoardHello hello;
    StepContext context{plan, bench.camera, hello, Deadline::after(bench.board.clock(), 1h), {}};
    const auto finding = findStep("capture")->run(context, {"capture", {size}, 1, 1}, size);
    ASSERT_TRUE(finding) << finding.error().message;
    EXPECT_EQ(finding->failureCode, "") << finding->failureDetail;
    EXPECT_EQ(test::valueOf(*finding, "settled"), 1);
    EXPECT_LT(test::valueOf(*finding, "settle_time"), 3);
}

} // namespace
} // namespace framegate
