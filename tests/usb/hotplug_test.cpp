// SPDX-License-Identifier: GPL-3.0-or-later
//
// Devices that come and go, as udev reports them to libusb.
#include "bench/fixture_board.h"
#include "mock_machine.h"
#include "usb/libusb_backend.h"

#include <gtest/gtest.h>
#include <thread>

namespace framegate::test {
namespace {

using namespace std::chrono_literals;

class Hotplug : public ::testing::Test {
protected:
    Hotplug() { usb_ = openLibusbBackend().value(); }
    std::unique_ptr<UsbWatch> watch(const char* port) {
        return usb_->watch(UsbPortPath::parse(port).value());
    }
    bool isThere(const char* port) {
        const auto devices = usb_->devices().value();
        return std::any_of(devices.begin(), devices.end(),
                           [&](const UsbDevice& device) { return device.port.text() == port; });
    }
    Deadline soon() { return Deadline::after(clock_, 50ms); }
    /// Far beyond what anything here takes.
    Deadline never() { return Deadline::after(clock_, 60s); }

    MockMachine machine_;
    SteadyClock clock_;
    std::unique_ptr<UsbBackend> usb_;
};

TEST_F(Hotplug, Arrival_EndsTheWaitAndTheDeviceIsListed) {
    const auto lookout = watch("1-2.4");
    const std::jthread hand([this] { machine_.plugIn("1-2.4", std::make_shared<BoardDevice>()); });
    const auto deadline = never();
    ASSERT_TRUE(lookout->wait(clock_, deadline, {}));
    EXPECT_FALSE(deadline.passed(clock_));
    EXPECT_TRUE(isThere("1-2.4"));
}

TEST_F(Hotplug, Departure_EndsTheWaitAndTheDeviceIsGone) {
    machine_.plugIn("1-2.4", std::make_shared<BoardDevice>());
    const auto arrival = watch("1-2.4");
    while (!isThere("1-2.4"))
        ASSERT_TRUE(arrival->wait(clock_, never(), {}));
    const auto lookout = watch("1-2.4");
    const std::jthread hand([this] { machine_.unplug("1-2.4"); });
    const auto deadline = never();
    while (isThere("1-2.4") && !deadline.passed(clock_))
        ASSERT_TRUE(lookout->wait(clock_, deadline, {}));
    EXPECT_FALSE(deadline.passed(clock_));
}

TEST_F(Hotplug, ChangeBetweenCreationAndWait_IsNotMissed) {
    const auto lookout = watch("1-3");
    const auto other = watch("1-4");
    machine_.plugIn("1-3", std::make_shared<BoardDevice>());
    machine_.plugIn("1-4", std::make_shared<BoardDevice>());
    ASSERT_TRUE(other->wait(clock_, never(), {})); // reports come in order: 1-3 has been reported too
    const auto deadline = never();
    ASSERT_TRUE(lookout->wait(clock_, deadline, {}));
    EXPECT_FALSE(deadline.passed(clock_));
}

TEST_F(Hotplug, ChangeAtAnotherPort_DoesNotEndTheWait) {
    const auto lookout = watch("1-3");
    const auto other = watch("1-4");
    machine_.plugIn("1-4", std::make_shared<BoardDevice>());
    ASSERT_TRUE(other->wait(clock_, never(), {}));
    const auto deadline = soon();
    ASSERT_TRUE(lookout->wait(clock_, deadline, {}));
    EXPECT_TRUE(deadline.passed(clock_));
}

TEST_F(Hotplug, StopRequest_EndsTheWaitAsCancelled) {
    std::stop_source stop;
    const std::jthread stopper([&] { stop.request_stop(); });
    const auto waited = watch("1-3")->wait(clock_, never(), stop.get_token());
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().kind, ErrorKind::Cancelled);
}

TEST_F(Hotplug, BackendClosedFirst_LeavesTheWatchHarmless) {
    const auto lookout = watch("1-3");
    usb_.reset();
    machine_.plugIn("1-3", std::make_shared<BoardDevice>());
    EXPECT_TRUE(lookout->wait(clock_, soon(), {}));
}

} // namespace
} // namespace framegate::test
