// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_backend.h"

#include "bench/fixture_board.h"
#include "mock_machine.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <thread>

namespace framegate::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto in = wire::usbEndpointIn;
constexpr auto out = wire::usbEndpointOut;

Octets counting(std::size_t size) {
    Octets bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

class LibusbTransport : public ::testing::Test {
protected:
    explicit LibusbTransport(const DeviceIdentity& identity = {})
        : board_(std::make_shared<BoardDevice>(identity)) {
        machine_.plugIn("1-2.4", board_);
        usb_ = openLibusbBackend().value();
        transport_ = usb_->open(UsbPortPath(1, {2, 4}), firmwareInterface).value();
    }

    Deadline soon() { return Deadline::after(transport_->clock(), 50ms); }
    /// Far beyond what anything here takes.
    Deadline never() { return Deadline::after(transport_->clock(), 20s); }
    Result<Octets> receive(std::size_t room, Deadline deadline, std::stop_token stop = {}) {
        Octets buffer(room);
        const auto got = transport_->receive(std::as_writable_bytes(std::span(buffer)), deadline, stop);
        if (!got) return passOn(got);
        buffer.resize(*got);
        return buffer;
    }
    Result<> send(const Octets& bytes, Deadline deadline, std::stop_token stop = {}) {
        return transport_->send(std::as_bytes(std::span(bytes)), deadline, stop);
    }
    /// Nothing is left of a transfer that the caller has been told is over.
    void expectNothingUnderWay() { EXPECT_EQ(board_->underWay(), 0U); }

    MockMachine machine_;
    std::shared_ptr<BoardDevice> board_;
    std::unique_ptr<UsbBackend> usb_;
    std::unique_ptr<UsbTransport> transport_;
};

TEST_F(LibusbTransport, WithoutEmptyPackets_WholePacketsEndNoTransfer) {
    transport_.reset();
    auto match = firmwareInterface;
    match.emptyPackets = false;
    transport_ = usb_->open(UsbPortPath(1, {2, 4}), match).value();
    EXPECT_TRUE(send(counting(64), never()));
    EXPECT_TRUE(board_->transfersOut().empty()); // the board waits for the rest
    EXPECT_TRUE(send(counting(7), never()));
    EXPECT_EQ(board_->transfersOut().back().size(), 71U);
}

TEST_F(LibusbTransport, ShortPacket_EndsAReceive) {
    board_->queueIn(counting(100));
    EXPECT_EQ(receive(4096, never()).value(), counting(100));
}

TEST_F(LibusbTransport, ZeroLengthPacket_EndsAReceive) {
    board_->queueIn(counting(128));
    board_->queueIn(counting(3));
    EXPECT_EQ(receive(4096, never()).value(), counting(128));
    EXPECT_EQ(receive(4096, never()).value(), counting(3));
}

TEST_F(LibusbTransport, FullBuffer_EndsAReceive) {
    board_->queueIn(counting(200));
    EXPECT_EQ(receive(128, never()).value(), counting(128));
    EXPECT_EQ(receive(128, never()).value().size(), 72U);
}

TEST_F(LibusbTransport, LongTransfer_ComesWhole) {
    board_->queueIn(counting(100'001));
    EXPECT_EQ(receive(128 * 1024, never()).value(), counting(100'001));
}

TEST_F(LibusbTransport, Send_EndsATransferOfWholePacketsWithAnEmptyOne) {
    for (const auto size : {1U, 63U, 64U, 65U, 4096U})
        ASSERT_TRUE(send(counting(size), never()));
    const auto sent = board_->transfersOut();
    ASSERT_EQ(sent.size(), 5U);
    EXPECT_EQ(sent[2], counting(64));
    EXPECT_EQ(sent[4], counting(4096));
}

TEST_F(LibusbTransport, Babble_IsOverflow) {
    board_->queueIn(counting(64));
    const auto got = receive(32, never());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Usb);
    EXPECT_EQ(got.error().code, "USB_OVERFLOW");
}

TEST_F(LibusbTransport, StalledPipe_WorksAgainAfterClearHalt) {
    board_->happen(Mishap::Stall, in);
    board_->queueIn(counting(10));
    const auto stalled = receive(64, never());
    ASSERT_FALSE(stalled);
    EXPECT_EQ(stalled.error().code, "USB_STALL");
    EXPECT_EQ(receive(64, never()).error().code, "USB_STALL"); // it lasts until it is cleared
    ASSERT_TRUE(transport_->clearHalt(UsbPipe::BulkIn, never(), {}));
    EXPECT_EQ(receive(64, never()).value(), counting(10));
}

TEST_F(LibusbTransport, StalledSend_WorksAgainAfterClearHalt) {
    board_->happen(Mishap::Stall, out);
    EXPECT_EQ(send(counting(10), never()).error().code, "USB_STALL");
    ASSERT_TRUE(transport_->clearHalt(UsbPipe::BulkOut, never(), {}));
    EXPECT_TRUE(send(counting(10), never()));
}

TEST_F(LibusbTransport, SilentBoard_IsTimeoutAtTheDeadlineAndTheNextTransferWorks) {
    board_->happen(Mishap::Silence, in);
    const auto deadline = soon();
    const auto late = receive(64, deadline);
    ASSERT_FALSE(late);
    EXPECT_TRUE(deadline.passed(transport_->clock()));
    EXPECT_EQ(late.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(late.error().code, "USB_TIMEOUT");
    EXPECT_THAT(late.error().message, HasSubstr("1-2.4"));
    expectNothingUnderWay();
    board_->recover(in);
    board_->queueIn(counting(5));
    EXPECT_EQ(receive(64, never()).value(), counting(5));
}

TEST_F(LibusbTransport, BoardThatTakesNothing_IsTimeoutAndTheNextSendWorks) {
    board_->happen(Mishap::Silence, out);
    EXPECT_EQ(send(counting(100), soon()).error().code, "USB_TIMEOUT");
    expectNothingUnderWay();
    board_->recover(out);
    ASSERT_TRUE(send(counting(7), never()));
    EXPECT_EQ(board_->transfersOut().back(), counting(7));
}

TEST_F(LibusbTransport, PassedDeadline_BeginsNothing) {
    const auto passed = Deadline(transport_->clock().now());
    EXPECT_EQ(send(counting(10), passed).error().code, "USB_TIMEOUT");
    EXPECT_EQ(receive(64, passed).error().code, "USB_TIMEOUT");
    EXPECT_TRUE(board_->transfersOut().empty());
    EXPECT_EQ(board_->discards(), 0U);
}

TEST_F(LibusbTransport, StopDuringAReceive_CancelsIt) {
    std::stop_source stop;
    const std::jthread stopper([&] {
        board_->awaitRequest(in);
        stop.request_stop();
    });
    const auto stopped = receive(64, never(), stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(stopped.error().code, "CANCELLED");
    EXPECT_EQ(board_->discards(), 1U);
    expectNothingUnderWay();
}

TEST_F(LibusbTransport, StopBeforeASend_SendsNothing) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(send(counting(10), never(), stop.get_token()).error().kind, ErrorKind::Cancelled);
    EXPECT_TRUE(board_->transfersOut().empty());
}

TEST_F(LibusbTransport, TransferThatCompletesWhileItIsCancelled_Counts) {
    board_->happen(Mishap::Silence, in);
    board_->completeAtDiscard();
    EXPECT_EQ(receive(64, soon()).value(), Octets(64, 0x5A));
    EXPECT_EQ(board_->discards(), 1U);
}

TEST_F(LibusbTransport, UnplugDuringAReceive_IsDisconnected) {
    const std::jthread hand([this] {
        board_->awaitRequest(in);
        machine_.unplug("1-2.4");
    });
    const auto got = receive(64, never());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Disconnected);
    EXPECT_EQ(got.error().code, "USB_DISCONNECTED");
    EXPECT_EQ(send(counting(3), never()).error().kind, ErrorKind::Disconnected);
    EXPECT_EQ(transport_->clearHalt(UsbPipe::BulkIn, never(), {}).error().kind, ErrorKind::Disconnected);
    expectNothingUnderWay();
}

TEST_F(LibusbTransport, ControlRequest_BringsWhatTheDeviceAnswers) {
    Octets text(255);
    const auto got = transport_->control({0x80, 0x06, 0x0302, 0x0409},
                                         std::as_writable_bytes(std::span(text)), never(), {});
    ASSERT_EQ(got.value(), 2U + 2 * 16);
    EXPECT_EQ(text[2], 'F');
    EXPECT_EQ(text[4], '6');
    EXPECT_EQ(text[*got], 0); // nothing beyond
}

TEST_F(LibusbTransport, ControlRequestThatTheDeviceRefuses_IsStall) {
    const auto got = transport_->control({0x41, 0x7F, 0, 0}, {}, never(), {});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, "USB_STALL");
    EXPECT_THAT(got.error().message, HasSubstr("control request 41 7f"));
}

TEST_F(LibusbTransport, SilentControlPipe_IsTimeout) {
    board_->happen(Mishap::Silence, 0);
    const auto got = transport_->control({0x41, wire::usbRequestResetLink, 0, 0}, {}, soon(), {});
    EXPECT_EQ(got.error().code, "USB_TIMEOUT");
    expectNothingUnderWay();
}

TEST_F(LibusbTransport, OverlongControlRequest_IsRefused) {
    std::vector<std::byte> much(70'000);
    EXPECT_EQ(transport_->control({0x41, 1, 0, 0}, much, never(), {}).error().code, "USB_TRANSFER");
}

/// A composite device, whose interface for us has another number.
class LibusbTransportAtInterface2 : public LibusbTransport {
protected:
    LibusbTransportAtInterface2() : LibusbTransport(DeviceIdentity{.interfaceNumber = 2}) {}
};

TEST_F(LibusbTransportAtInterface2, ControlRequestToTheInterface_CarriesItsNumber) {
    const auto got = transport_->control({0x41, wire::usbRequestResetLink, 0, 0}, {}, never(), {});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(board_->linkResets(), 1U);
}

TEST_F(LibusbTransport, BackendClosedFirst_LeavesTheTransportWorking) {
    usb_.reset();
    board_->queueIn(counting(4));
    EXPECT_EQ(receive(64, never()).value(), counting(4));
}

TEST_F(LibusbTransport, Close_ReleasesTheInterface) {
    transport_.reset();
    EXPECT_EQ(machine_.claims("1-2.4"), 0U);
}

} // namespace
} // namespace framegate::test
