// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_backend.h"

#include "bench/fixture_board.h"
#include "mock_machine.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace framegate::test {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class LibusbBackend : public ::testing::Test {
protected:
    UsbBackend& usb() {
        if (!backend_) backend_ = openLibusbBackend().value();
        return *backend_;
    }
    Result<std::unique_ptr<UsbTransport>> open(const char* port) {
        return usb().open(UsbPortPath::parse(port).value(), firmwareInterface);
    }
    /// The error of an open that must fail.
    Error refusal(const char* port) {
        const auto opened = open(port);
        return opened ? Error{ErrorKind::Internal, "OPENED", "it opened"} : opened.error();
    }

    MockMachine machine_;
    std::unique_ptr<UsbBackend> backend_;
};

TEST_F(LibusbBackend, Devices_GiveThePortPathOfABoardBehindAHub) {
    machine_.plugIn("1-2.4", std::make_shared<BoardDevice>());
    const auto devices = usb().devices().value();
    ASSERT_EQ(devices.size(), 2U); // the hub and the board; not the root hub
    EXPECT_EQ(devices[0].port.text(), "1-2");
    EXPECT_EQ(devices[1].port.text(), "1-2.4");
    EXPECT_EQ(devices[1].vendor, wire::usbVendor);
    EXPECT_EQ(devices[1].product, wire::usbProduct);
    EXPECT_EQ(devices[1].serial, "F653494D00000001");
    EXPECT_EQ(devices[1].productName, "FrameGate fixture board");
}

TEST_F(LibusbBackend, Devices_AreInOrderOfPortPathNotOfArrival) {
    for (const auto* port : {"1-7", "1-2.10", "1-2.9", "1-1"})
        machine_.plugIn(port, std::make_shared<BoardDevice>());
    std::vector<std::string> ports;
    const auto devices = usb().devices().value();
    for (const auto& device : devices)
        ports.push_back(device.port.text());
    EXPECT_THAT(ports, ::testing::ElementsAre("1-1", "1-2", "1-2.9", "1-2.10", "1-7"));
}

TEST_F(LibusbBackend, Devices_ListSomebodyElsesDeviceWithoutStrings) {
    machine_.plugInForeign("1-3", {.vendor = 0x046D, .product = 0xC077});
    machine_.plugIn("1-4", std::make_shared<BoardDevice>());
    const auto devices = usb().devices().value();
    ASSERT_EQ(devices.size(), 3U);
    EXPECT_EQ(devices[1].vendor, 0x046D);
    EXPECT_EQ(devices[1].serial + devices[1].productName, "");
    EXPECT_EQ(devices[2].serial, "F653494D00000001");
}

TEST_F(LibusbBackend, Devices_OfABoardThatRefusesStrings_LeaveThemEmpty) {
    const auto board = std::make_shared<BoardDevice>();
    board->happen(Mishap::Stall, 0);
    machine_.plugIn("1-4", board);
    const auto devices = usb().devices().value();
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[1].serial + devices[1].productName, "");
}

TEST_F(LibusbBackend, Restart_AsksTheBoardAndEndsWhenItHasComeBack) {
    const auto board = std::make_shared<BoardDevice>();
    machine_.plugIn("1-4", board);
    auto restarted = std::async(std::launch::async, [&backend = usb()] {
        return backend.restart(UsbPortPath::parse("1-4").value(), firmwareInterface, firmwareRestart, 60s,
                               {});
    });
    board->awaitRestartRequest();
    machine_.unplug("1-4");
    machine_.plugIn("1-4", std::make_shared<BoardDevice>());
    const auto end = restarted.get();
    EXPECT_TRUE(end) << end.error().message;
    EXPECT_TRUE(open("1-4"));
}

TEST_F(LibusbBackend, RestartOfABoardThatStays_SaysSo) {
    machine_.plugIn("1-4", std::make_shared<BoardDevice>());
    const auto end =
        usb().restart(UsbPortPath::parse("1-4").value(), firmwareInterface, firmwareRestart, 1ms, {});
    EXPECT_EQ(end.error().code, "USB_NO_RESTART");
    EXPECT_THAT(end.error().message, HasSubstr("1-4"));
}

TEST_F(LibusbBackend, RestartWhereNothingIs_EndsAtTheLimit) {
    const auto end =
        usb().restart(UsbPortPath::parse("1-4").value(), firmwareInterface, firmwareRestart, 1ms, {});
    EXPECT_EQ(end.error().code, "USB_NO_DEVICE");
}

TEST_F(LibusbBackend, RestartThatIsStopped_EndsAsCancelled) {
    std::stop_source stop;
    stop.request_stop();
    const auto end = usb().restart(UsbPortPath::parse("1-4").value(), firmwareInterface, firmwareRestart, 60s,
                                   stop.get_token());
    EXPECT_EQ(end.error().kind, ErrorKind::Cancelled);
}

TEST_F(LibusbBackend, OpenAndClose_ClaimAndGiveBackTheInterface) {
    machine_.plugIn("1-2.4", std::make_shared<BoardDevice>());
    {
        const auto opened = open("1-2.4");
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(machine_.claims("1-2.4"), 1U);
    }
    EXPECT_EQ(machine_.claims("1-2.4"), 0U);
}

TEST_F(LibusbBackend, OpenAtAnEmptyPort_IsNotFound) {
    const auto error = refusal("1-2.1");
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.code, "USB_NO_DEVICE");
    EXPECT_THAT(error.message, HasSubstr("1-2.1"));
}

TEST_F(LibusbBackend, OpenADeviceWithoutOurInterface_SaysWhatItHas) {
    machine_.plugIn("1-1", std::make_shared<BoardDevice>(DeviceIdentity{.subclass = 0x42, .protocol = 0x03}));
    const auto error = refusal("1-1");
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.code, "USB_NO_INTERFACE");
    EXPECT_THAT(error.message, HasSubstr("no interface ff/46/01"));
    EXPECT_THAT(error.message, HasSubstr("it has ff/42/03"));
}

TEST_F(LibusbBackend, OpenABoardThatAnotherProgramHas_IsBusy) {
    machine_.plugIn("1-1", std::make_shared<BoardDevice>());
    machine_.occupy("1-1");
    const auto error = refusal("1-1");
    EXPECT_EQ(error.code, "USB_BUSY");
    EXPECT_THAT(error.message,
                HasSubstr("opening the board at USB port 1-1: claiming interface 0: another program"));
    EXPECT_THAT(error.message, HasSubstr("fuser /dev/bus/usb/001/003"));
}

TEST_F(LibusbBackend, OpenABoardThatADriverHas_NamesTheDriver) {
    machine_.plugIn("1-1", std::make_shared<BoardDevice>());
    machine_.bindDriver("1-1", "usbtest");
    const auto error = refusal("1-1");
    EXPECT_EQ(error.code, "USB_DRIVER");
    EXPECT_THAT(error.message, HasSubstr("the kernel's driver"));
    EXPECT_THAT(error.message, HasSubstr("unbind it"));
}

TEST_F(LibusbBackend, OpenAfterUnplug_IsNotFound) {
    machine_.plugIn("1-1", std::make_shared<BoardDevice>());
    ASSERT_EQ(usb().devices().value().size(), 2U);
    machine_.unplug("1-1");
    EXPECT_EQ(refusal("1-1").code, "USB_NO_DEVICE");
}

/// Open files of libusb's: devices, and what its event loop waits on.
std::ptrdiff_t openFiles() {
    namespace fs = std::filesystem;
    const auto isUsb = [](const fs::directory_entry& entry) {
        std::error_code gone;
        const auto target = fs::read_symlink(entry.path(), gone).string();
        return target.find("anon_inode") != std::string::npos || target.find("/usb/") != std::string::npos;
    };
    const fs::directory_iterator files("/proc/self/fd");
    return std::count_if(begin(files), end(files), isUsb);
}

TEST_F(LibusbBackend, OpenedAndClosedManyTimes_LeavesNoFileOpen) {
    machine_.plugIn("1-2.4", std::make_shared<BoardDevice>());
    const auto before = openFiles();
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(open("1-2.4"));
        EXPECT_GT(openFiles(), before);
        backend_.reset();
    }
    EXPECT_EQ(openFiles(), before);
}

/// Takes root's privileges away for a while: root may open everything.
class Unprivileged {
public:
    Unprivileged() { changed_ = geteuid() == 0 && seteuid(nobody) == 0; }
    ~Unprivileged() {
        if (changed_ && seteuid(0) != 0) std::abort();
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;

private:
    static constexpr uid_t nobody = 65534;
    bool changed_ = false;
};

TEST_F(LibusbBackend, OpenWithoutPermission_NamesTheFileAndTheUdevRule) {
    machine_.plugIn("1-1", std::make_shared<BoardDevice>());
    ASSERT_EQ(usb().devices().value().size(), 2U);
    machine_.closeNode("1-1");
    const auto error = [this] {
        const Unprivileged nobody;
        return refusal("1-1");
    }();
    EXPECT_EQ(error.kind, ErrorKind::Permission);
    EXPECT_EQ(error.code, "USB_PERMISSION");
    EXPECT_THAT(error.message, HasSubstr("opening the board at USB port 1-1: "));
    EXPECT_THAT(error.message, HasSubstr("/dev/bus/usb/001/003 (group "));
    EXPECT_THAT(error.message, HasSubstr("packaging/udev/70-framegate.rules"));
    EXPECT_THAT(error.message, HasSubstr("plug it in again"));
}

} // namespace
} // namespace framegate::test
