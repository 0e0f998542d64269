// SPDX-License-Identifier: GPL-3.0-or-later
//
// The libusb adapter on a real kernel: what goes wrong on a pipe, boards that leave in mid-transfer, that
// come back as something else, and that come and go forty times. Built with AddressSanitizer, which complains
// at the end about whatever was not given back.
#include "bench/fixture_board.h"
#include "guest_usb.h"
#include "kernel_machine.h"
#include "usb/libusb_backend.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <thread>

namespace framegate::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto in = wire::usbEndpointIn;
constexpr auto out = wire::usbEndpointOut;
constexpr UsbInterfaceMatch picoboot{};
constexpr int changes = 40;

DeviceIdentity bootsel() {
    DeviceIdentity identity;
    identity.vendor = 0x2E8A;
    identity.product = 0x0003;
    identity.interfaceClass = picoboot.interfaceClass;
    identity.subclass = picoboot.subclass;
    identity.protocol = picoboot.protocol;
    identity.productName = "RP2 Boot";
    return identity;
}

std::size_t openFiles() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

class KernelUsb : public ::testing::Test {
protected:
    KernelUsb() {
        machine_.plugIn(1, board_);
        awaitListed(1, wire::usbVendor);
        transport_ = open(1, firmwareInterface).value();
    }
    Result<std::unique_ptr<UsbTransport>> open(int port, UsbInterfaceMatch match) {
        return usb_->open(UsbPortPath(1, {static_cast<std::uint8_t>(port)}), match);
    }
    /// The vendor of what libusb lists in a port; 0: nothing.
    std::uint16_t listed(int port) {
        const auto devices = usb_->devices();
        if (!devices) return 1;
        const auto found = std::find_if(devices->begin(), devices->end(), [&](const UsbDevice& device) {
            return device.port.text() == portOf(port);
        });
        return found == devices->end() ? std::uint16_t{0} : found->vendor;
    }
    /// libusb hears of it from udev, a little later than the kernel.
    bool awaitListed(int port, std::uint16_t vendor) {
        const auto limit = never();
        while (listed(port) != vendor) {
            if (limit.passed(clock_)) return false;
            std::this_thread::sleep_for(5ms);
        }
        return true;
    }
    Deadline soon() { return Deadline::after(clock_, 50ms); }
    Deadline never() { return Deadline::after(clock_, 120s); }
    Result<std::size_t> receive(std::size_t room, Deadline deadline, std::stop_token stop = {}) {
        buffer_.resize(room);
        return transport_->receive(buffer_, deadline, std::move(stop));
    }

    SteadyClock clock_;
    KernelMachine machine_;
    std::shared_ptr<BoardDevice> board_ = std::make_shared<BoardDevice>();
    std::unique_ptr<UsbBackend> usb_ = openLibusbBackend().value();
    std::unique_ptr<UsbTransport> transport_;
    std::vector<std::byte> buffer_;
};

TEST_F(KernelUsb, StalledPipe_WorksAgainAfterClearHalt) {
    board_->happen(Mishap::Stall, in);
    EXPECT_EQ(receive(64, never()).error().code, "USB_STALL");
    ASSERT_TRUE(transport_->clearHalt(UsbPipe::BulkIn, never(), {}));
    board_->queueIn(Octets(10));
    EXPECT_EQ(receive(64, never()).value(), 10U);
}

TEST_F(KernelUsb, SilentBoard_IsTimeoutAndTheNextTransferWorks) {
    board_->happen(Mishap::Silence, in);
    const auto late = receive(64, soon());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "USB_TIMEOUT");
    EXPECT_THAT(late.error().message, HasSubstr("1-1"));
    EXPECT_EQ(board_->discards(), 1U);
    board_->recover(in);
    board_->queueIn(Octets(5));
    EXPECT_EQ(receive(64, never()).value(), 5U);
}

TEST_F(KernelUsb, StopDuringAReceive_CancelsIt) {
    std::stop_source stop;
    const std::jthread stopper([&] {
        board_->awaitRequest(in);
        stop.request_stop();
    });
    EXPECT_EQ(receive(64, never(), stop.get_token()).error().code, "CANCELLED");
    EXPECT_EQ(board_->discards(), 1U);
}

TEST_F(KernelUsb, Babble_IsOverflow) {
    board_->queueIn(Octets(64));
    EXPECT_EQ(receive(32, never()).error().code, "USB_OVERFLOW");
}

TEST_F(KernelUsb, SendOfWholePackets_EndsWithAnEmptyOne) {
    for (const auto size : {1U, 64U, 4096U})
        ASSERT_TRUE(transport_->send(std::vector<std::byte>(size), never(), {}));
    const auto sent = board_->transfersOut();
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[1].size(), 64U);
    EXPECT_EQ(sent[2].size(), 4096U);
}

TEST_F(KernelUsb, FifoStreamOf300KB_ArrivesAsItLeftTheModule) {
    constexpr std::uint32_t length = 300'001;
    FixtureBoard board(std::move(transport_));
    const auto content = board.readFifo(length, never(), {});
    ASSERT_TRUE(content) << content.error().message;
    ASSERT_EQ(content->bytes.size(), length);
    EXPECT_EQ(content->crcHere, content->crcOnBoard);
}

TEST_F(KernelUsb, UnplugDuringAReceive_IsDisconnectedAndTheOtherBoardGoesOn) {
    machine_.plugIn(2, std::make_shared<BoardDevice>());
    ASSERT_TRUE(awaitListed(2, wire::usbVendor));
    FixtureBoard other(open(2, firmwareInterface).value());
    const std::jthread hand([this] {
        board_->awaitRequest(in);
        machine_.unplug(1);
    });
    EXPECT_EQ(receive(64, never()).error().code, "USB_DISCONNECTED");
    EXPECT_EQ(transport_->send(buffer_, never(), {}).error().code, "USB_DISCONNECTED");
    EXPECT_TRUE(other.hello(never(), {}));
}

TEST_F(KernelUsb, FortyChangesBetweenBootselAndFirmware_LeaveNothingOpen) {
    std::size_t before = 0;
    for (int change = 0; change < changes; ++change) {
        const bool rom = change % 2 == 0;
        transport_.reset();
        machine_.unplug(1);
        ASSERT_TRUE(awaitListed(1, 0)) << "change " << change;
        machine_.plugIn(1, std::make_shared<BoardDevice>(rom ? bootsel() : DeviceIdentity{}));
        ASSERT_TRUE(awaitListed(1, rom ? 0x2E8A : wire::usbVendor)) << "change " << change;
        EXPECT_EQ(open(1, rom ? firmwareInterface : picoboot).error().code, "USB_NO_INTERFACE");
        auto opened = open(1, rom ? picoboot : firmwareInterface);
        ASSERT_TRUE(opened) << "change " << change << ": " << opened.error().message;
        transport_ = std::move(*opened);
        if (change == 0) before = openFiles();
    }
    EXPECT_EQ(openFiles(), before);
}

} // namespace
} // namespace framegate::test
