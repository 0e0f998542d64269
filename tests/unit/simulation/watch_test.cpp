// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/usb_identity.h"
#include "simulation/bootsel_board.h"
#include "simulation/virtual_bench.h"

#include <gtest/gtest.h>

namespace framegate::simulation {
namespace {

using namespace std::chrono_literals;

constexpr UsbInterfaceMatch interface {
    wire::usbInterfaceClass, wire::usbInterfaceSubclass, wire::usbInterfaceProtocol
};

Deadline after(Clock& clock, std::chrono::nanoseconds time) {
    return Deadline::after(clock, time);
}

TEST(BootselWatch, BoardThatComesBack_IsAwaitedForJustThatTime) {
    BootselBench bench({BootselOptions{}});
    auto& clock = bench.clock(0);
    (void)clock.sleepFor(1s, {});
    const auto lookout = bench.watch(BootselBench::port(0));
    bench.device(0).powerCycle(true);
    ASSERT_TRUE(lookout->wait(clock, after(clock, 20s), {}));
    EXPECT_EQ(clock.now().sinceZero, 1s); // it has left already
    EXPECT_TRUE(bench.devices().value().empty());
    ASSERT_TRUE(lookout->wait(clock, after(clock, 20s), {}));
    EXPECT_EQ(clock.now().sinceZero, 1s + 300ms);
    EXPECT_EQ(bench.devices().value().size(), 1U);
}

TEST(BootselWatch, BoardThatStays_LetsTheTimePassUntilTheDeadline) {
    BootselBench bench({BootselOptions{}});
    auto& clock = bench.clock(0);
    (void)clock.sleepFor(1s, {});
    const auto lookout = bench.watch(BootselBench::port(0));
    ASSERT_TRUE(lookout->wait(clock, after(clock, 20s), {}));
    EXPECT_EQ(clock.now().sinceZero, 21s);
}

TEST(BootselWatch, StopRequest_IsCancelled) {
    BootselBench bench({BootselOptions{}});
    std::stop_source stop;
    stop.request_stop();
    auto& clock = bench.clock(0);
    const auto waited = bench.watch(BootselBench::port(0))->wait(clock, after(clock, 20s), stop.get_token());
    EXPECT_EQ(waited.error().kind, ErrorKind::Cancelled);
}

TEST(VirtualWatch, RestartMeanwhile_EndsTheWaitWithoutTimePassing) {
    const auto bench = VirtualBench::create({}).value();
    const UsbPortPath port(1, {1});
    const auto transport = bench->open(port, interface).value();
    auto& clock = transport->clock();
    const auto lookout = bench->watch(port);
    ASSERT_TRUE(bench->restart(port, interface, {0x41, wire::usbRequestRestart}, 10s, {}));
    const auto before = clock.now();
    ASSERT_TRUE(lookout->wait(clock, after(clock, 20s), {}));
    EXPECT_EQ(clock.now(), before);
    ASSERT_TRUE(lookout->wait(clock, after(clock, 20s), {}));
    EXPECT_EQ(clock.now() - before, 20s);
}

} // namespace
} // namespace framegate::simulation
