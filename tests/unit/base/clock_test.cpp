// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include "support/fake_clock.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, TimeLeft_ShrinksToZeroAndNoFurther) {
    test::FakeClock clock;
    const auto deadline = Deadline::after(clock, 100ms);
    EXPECT_EQ(deadline.left(clock), 100ms);
    EXPECT_FALSE(deadline.passed(clock));
    ASSERT_TRUE(clock.sleepFor(99ms, {}));
    EXPECT_EQ(deadline.left(clock), 1ms);
    ASSERT_TRUE(clock.sleepFor(1ms, {}));
    EXPECT_TRUE(deadline.passed(clock));
    ASSERT_TRUE(clock.sleepFor(1h, {}));
    EXPECT_EQ(deadline.left(clock), 0ns);
}

TEST(Deadline, AtMost_IsTheEarlierOfTheTwo) {
    const test::FakeClock clock;
    const auto soon = Deadline::after(clock, 1s);
    const auto late = Deadline::after(clock, 2s);
    EXPECT_EQ(soon.atMost(late).moment(), soon.moment());
    EXPECT_EQ(late.atMost(soon).moment(), soon.moment());
}

TEST(SteadyClock, Now_NeverGoesBack) {
    const SteadyClock clock;
    const auto first = clock.now();
    EXPECT_LE(first, clock.now());
}

TEST(SteadyClock, SleepFor_LetsTheTimePass) {
    SteadyClock clock;
    const auto start = clock.now();
    ASSERT_TRUE(clock.sleepFor(1ms, {}));
    EXPECT_GE(clock.now() - start, 1ms);
}

TEST(SteadyClock, StopRequest_EndsEvenAnEndlessSleep) {
    SteadyClock clock;
    std::stop_source stop;
    stop.request_stop();
    const auto slept = clock.sleepFor(24h, stop.get_token());
    ASSERT_FALSE(slept);
    EXPECT_EQ(slept.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(slept.error().code, "CANCELLED");
}

TEST(UtcTimestamp, Moment_IsWrittenAsIso8601InUtc) {
    using std::chrono::system_clock;
    EXPECT_EQ(utcTimestamp(system_clock::time_point(0s)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(utcTimestamp(system_clock::time_point(1'795'408'104s + 7ms)), "2026-11-23T04:28:24.007Z");
    EXPECT_EQ(utcTimestamp(system_clock::time_point(1'709'251'199s + 999'999us)), "2024-02-29T23:59:59.999Z");
}

} // namespace
} // namespace framegate
