// SPDX-License-Identifier: GPL-3.0-or-later
//
// The station's own client on libusb on a board that runs the firmware's code: one whole conversation.
#include "bench/fixture_board.h"
#include "mock_machine.h"
#include "usb/libusb_backend.h"

#include <gtest/gtest.h>
#include <optional>
#include <thread>

namespace framegate::test {
namespace {

using namespace std::chrono_literals;

class BoardOverLibusb : public ::testing::Test {
protected:
    BoardOverLibusb() {
        machine_.plugIn("1-2.4", device_);
        usb_ = openLibusbBackend().value();
        board_.emplace(usb_->open(UsbPortPath(1, {2, 4}), firmwareInterface).value());
    }
    Deadline deadline() { return Deadline::after(board_->clock(), 20s); }

    MockMachine machine_;
    std::shared_ptr<BoardDevice> device_ = std::make_shared<BoardDevice>();
    std::unique_ptr<UsbBackend> usb_;
    std::optional<FixtureBoard> board_;
};

TEST_F(BoardOverLibusb, Hello_SaysWhoAnswers) {
    const auto hello = board_->hello(deadline(), {});
    ASSERT_TRUE(hello) << hello.error().message;
    EXPECT_EQ(hello->firmware, "0.1.0+mock");
    EXPECT_EQ(hello->boardId, "f64d4f434b000001");
    EXPECT_TRUE(hello->isVirtual);
}

TEST_F(BoardOverLibusb, SpiBatch_WritesAndReadsBack) {
    const auto values =
        board_->spi(SpiBatch().write(0x00, 0x55).write(0x01, 0xAA).read(0x00).read(0x01), deadline(), {});
    ASSERT_TRUE(values) << values.error().message;
    EXPECT_EQ(*values, (Octets{0x55, 0xAA}));
}

TEST_F(BoardOverLibusb, RequestOfWholePackets_IsAnswered) {
    // 12 bytes of envelope, 2 of length, 16 × 3 and 2 of operations: exactly one packet.
    SpiBatch batch;
    for (std::uint8_t i = 0; i < 16; ++i)
        batch.write(0x00, i);
    const auto values = board_->spi(batch.read(0x00), deadline(), {});
    ASSERT_TRUE(values) << values.error().message;
    EXPECT_EQ(*values, Octets{15});
    EXPECT_EQ(device_->transfersOut().back().size(), 64U);
}

TEST_F(BoardOverLibusb, FifoStreamOf300KB_ArrivesAsItLeftTheModule) {
    constexpr std::uint32_t length = 300'001;
    const auto content = board_->readFifo(length, deadline(), {});
    ASSERT_TRUE(content) << content.error().message;
    ASSERT_EQ(content->bytes.size(), length);
    EXPECT_EQ(content->crcHere, content->crcOnBoard);
    for (std::size_t i = 0; i < length; ++i)
        ASSERT_EQ(static_cast<std::uint8_t>(content->bytes[i]), fifoByte(i)) << "at byte " << i;
}

TEST_F(BoardOverLibusb, FifoStream_KeepsRequestsQueuedAndLeavesNoneOver) {
    device_->happen(Mishap::Silence, wire::usbEndpointIn, 10);
    const std::jthread board([this] {
        device_->awaitRequests(wire::usbEndpointIn, 4);
        device_->recover(wire::usbEndpointIn);
    });
    const auto content = board_->readFifo(300'000, deadline(), {});
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ(content->crcHere, content->crcOnBoard);
    EXPECT_EQ(device_->discards(), 0U);
}

TEST_F(BoardOverLibusb, StallAmidAStream_IsAnErrorAndTheNextRequestWorks) {
    device_->happen(Mishap::Stall, wire::usbEndpointIn, 10);
    EXPECT_EQ(board_->readFifo(300'000, deadline(), {}).error().code, "USB_STALL");
    EXPECT_EQ(device_->linkResets(), 1U);
    EXPECT_TRUE(board_->hello(deadline(), {}));
}

TEST_F(BoardOverLibusb, StopAmidAStream_IsCancelledAndTheNextRequestWorks) {
    device_->happen(Mishap::Silence, wire::usbEndpointIn, 10);
    std::stop_source stop;
    const std::jthread stopper([&] {
        device_->awaitRequest(wire::usbEndpointIn);
        stop.request_stop();
    });
    EXPECT_EQ(board_->readFifo(300'000, deadline(), stop.get_token()).error().kind, ErrorKind::Cancelled);
    device_->recover(wire::usbEndpointIn);
    EXPECT_TRUE(board_->hello(deadline(), {}));
}

TEST_F(BoardOverLibusb, SilenceThenHello_WorksAfterTheLinkIsReset) {
    device_->happen(Mishap::Silence, wire::usbEndpointIn);
    const auto soon = Deadline::after(board_->clock(), 50ms);
    EXPECT_EQ(board_->hello(soon, {}).error().code, "USB_TIMEOUT");
    device_->recover(wire::usbEndpointIn);
    EXPECT_TRUE(board_->hello(deadline(), {}));
}

TEST_F(BoardOverLibusb, UnplugDuringARequest_IsDisconnected) {
    device_->happen(Mishap::Silence, wire::usbEndpointIn);
    const std::jthread hand([this] {
        device_->awaitRequest(wire::usbEndpointIn);
        machine_.unplug("1-2.4");
    });
    const auto hello = board_->hello(deadline(), {});
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().kind, ErrorKind::Disconnected);
}

} // namespace
} // namespace framegate::test
