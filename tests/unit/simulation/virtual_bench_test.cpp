// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/virtual_bench.h"

#include "protocol/messages.h"
#include "protocol/usb_identity.h"
#include "simulation/scenario.h"
#include "support/program.h"

#include <gmock/gmock.h>

namespace framegate::simulation {
namespace {

constexpr UsbInterfaceMatch firmwareInterface{wire::usbInterfaceClass, wire::usbInterfaceSubclass,
                                              wire::usbInterfaceProtocol};

struct OpenBoard {
    std::unique_ptr<VirtualBench> bench;
    std::unique_ptr<UsbTransport> transport;
    std::vector<std::byte> buffer = std::vector<std::byte>(4160);

    explicit OpenBoard(const std::string& scenario = {}, double pace = 0) {
        BenchOptions options;
        options.pace = pace;
        const test::TempFolder folder;
        if (!scenario.empty()) options.scenario = readScenario(folder.write("s.toml", scenario)).value();
        bench = VirtualBench::create(options).value();
        transport = bench->open(UsbPortPath(1, {1}), firmwareInterface).value();
    }
    Deadline in(std::chrono::milliseconds time) { return Deadline::after(transport->clock(), time); }
    template <class Message>
    Result<> ask(wire::Opcode opcode, const Message& message) {
        std::vector<std::uint8_t> frame(wire::frameLimit);
        frame.resize(
            wire::writeMessage(frame, {.kind = wire::Kind::Request, .opcode = opcode, .tag = 9}, message));
        return transport->send(std::as_bytes(std::span(frame)), in(std::chrono::milliseconds{100}), {});
    }
    Result<std::size_t> hear(std::chrono::milliseconds time = std::chrono::seconds{1},
                             std::stop_token stop = {}) {
        return transport->receive(buffer, in(time), std::move(stop));
    }
    std::optional<wire::Frame> frame(std::size_t size) const {
        return wire::readFrame({reinterpret_cast<const std::uint8_t*>(buffer.data()), size});
    }
};

TEST(VirtualBench, Hello_IsAnsweredByTheFirmwaresOwnCode) {
    OpenBoard board;
    ASSERT_TRUE(board.ask(wire::Opcode::Hello, wire::HelloRequest{}));
    const auto size = board.hear();
    ASSERT_TRUE(size);
    const auto frame = board.frame(*size);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header.tag, 9);
    EXPECT_EQ(wire::decode<wire::HelloDone>(frame->payload)->flags, wire::flagVirtual);
}

TEST(VirtualBench, NoAnswer_EndsAtTheDeadlineInSimulatedTime) {
    OpenBoard board;
    const auto begin = board.transport->clock().now();
    const auto heard = board.hear(std::chrono::milliseconds{2500});
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(board.transport->clock().now() - begin, std::chrono::milliseconds{2500});
}

TEST(VirtualBench, StopRequest_EndsAReceive) {
    OpenBoard board;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(board.hear(std::chrono::seconds{5}, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST(VirtualBench, Devices_AreOnAPortASlot) {
    BenchOptions options;
    options.slots = 3;
    const auto bench = VirtualBench::create(options).value();
    const auto devices = bench->devices().value();
    ASSERT_EQ(devices.size(), 3U);
    EXPECT_EQ(devices[2].port.text(), "1-3");
    EXPECT_EQ(devices[2].vendor, wire::usbVendor);
    EXPECT_EQ(bench->layout().slots.size(), 3U);
}

TEST(VirtualBench, PortWithoutABoard_IsNotFound) {
    OpenBoard board;
    EXPECT_EQ(board.bench->open(UsbPortPath(1, {9}), firmwareInterface).error().code, "USB_NO_DEVICE");
    EXPECT_EQ(board.bench->open(UsbPortPath(1, {1}), {8, 6, 80}).error().code, "USB_NO_INTERFACE");
}

TEST(VirtualBench, BoardThatHangs_TimesOut) {
    OpenBoard board("[[unit]]\nindex = 1\nfault = \"board-hang\"\nat = \"hello\"\n");
    ASSERT_TRUE(board.ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(board.hear().error().kind, ErrorKind::Timeout);
}

TEST(VirtualBench, BoardThatLeavesTheBus_IsGone) {
    OpenBoard board("[[unit]]\nindex = 1\nfault = \"usb-disconnect\"\nat_byte = 0\n");
    ASSERT_TRUE(board.ask(wire::Opcode::Hello, wire::HelloRequest{}));
    EXPECT_EQ(board.hear().error().kind, ErrorKind::Disconnected);
    EXPECT_EQ(board.ask(wire::Opcode::Hello, wire::HelloRequest{}).error().kind, ErrorKind::Disconnected);
}

TEST(VirtualBench, CorruptByte_BreaksTheFramesCrc) {
    OpenBoard board("[[unit]]\nindex = 1\nfault = \"usb-corrupt\"\nat_byte = 10\n");
    ASSERT_TRUE(board.ask(wire::Opcode::Hello, wire::HelloRequest{}));
    const auto size = board.hear();
    ASSERT_TRUE(size);
    EXPECT_FALSE(board.frame(*size));
}

TEST(VirtualBench, OtherSensor_IsRefused) {
    BenchOptions options;
    options.sensor = "ov5642";
    const auto bench = VirtualBench::create(options);
    ASSERT_FALSE(bench);
    EXPECT_EQ(bench.error().kind, ErrorKind::InvalidInput);
}

TEST(VirtualBench, Truth_NamesWhatWasInjected) {
    OpenBoard board("[[unit]]\nindex = 2\nfault = \"absent\"\n");
    const auto serial = Serial::numbered(2);
    ASSERT_TRUE(board.bench->insert(1, {serial, 2, {}}, 1, {}));
    EXPECT_EQ(board.bench->truthCsv(), "serial,run,index,faults\r\nFG-000002,1,2,absent\r\n");
}

} // namespace
} // namespace framegate::simulation
