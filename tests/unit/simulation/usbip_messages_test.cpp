// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/usbip_messages.h"

#include "simulation/pico_descriptors.h"
#include "support/usbip_backend.h"

#include <gmock/gmock.h>
#include <random>

namespace framegate::simulation::usbip {
namespace {

using test::bigAt;
using test::putBig;
using ::testing::HasSubstr;

Octets submit(std::uint32_t direction, std::uint32_t endpoint, std::uint32_t length,
              std::uint32_t packets = 0xFFFFFFFF) {
    Octets bytes;
    for (const auto value : {1U, 7U, 0x00010002U, direction, endpoint, 0x40U, length, 0U, packets, 0U})
        putBig(bytes, value);
    bytes.insert(bytes.end(), {0x80, 6, 0, 1, 0, 0, 18, 0});
    return bytes;
}

Listing listing() {
    return {"1-2", 1, 3, descriptorsOf({PicoState::Bootsel, 0, BootselChip::Rp2040, "E0C9125B0D9B", 0})};
}

std::string refusal(const Octets& bytes) {
    const auto size = messageSize(bytes);
    return size ? "" : size.error().code + ": " + size.error().message;
}

TEST(UsbipMessages, Submit_IsReadAsTheProtocolSays) {
    auto bytes = submit(0, 3, 2);
    EXPECT_EQ(messageSize(bytes).value(), 50U);
    bytes.insert(bytes.end(), {0xAA, 0xBB});
    const auto message = readMessage(bytes);
    ASSERT_TRUE(message.urb);
    EXPECT_EQ(message.sequence, 7U);
    EXPECT_EQ(message.urb->endpoint, 0x03);
    EXPECT_EQ(message.urb->out, Octets({0xAA, 0xBB}));
    EXPECT_TRUE(message.urb->endsWithZeroPacket);
    const auto in = readMessage(submit(1, 4, 512));
    EXPECT_EQ(in.urb->endpoint, 0x84);
    EXPECT_EQ(in.urb->room, 512U);
    EXPECT_EQ(readMessage(submit(1, 0, 18)).urb->setup.value, 0x0100);
}

TEST(UsbipMessages, Unlink_NamesTheTransfer) {
    Octets bytes;
    for (const auto value : {2U, 8U, 0x00010002U, 0U, 0U, 7U})
        putBig(bytes, value);
    bytes.resize(headerBytes);
    EXPECT_EQ(messageSize(bytes).value(), headerBytes);
    EXPECT_EQ(readMessage(bytes).unlink, 7U);
    EXPECT_FALSE(readMessage(bytes).urb);
}

TEST(UsbipMessages, WhatNoFullSpeedDeviceCanBeAsked_IsRefused) {
    EXPECT_THAT(refusal(submit(0, 1, 0xFFFFFFFF)),
                HasSubstr("USBIP_MESSAGE: a transfer of 4294967295 bytes"));
    EXPECT_THAT(refusal(submit(1, 1, transferLimit + 1)), HasSubstr("at most 1048576 go"));
    EXPECT_THAT(refusal(submit(0, 16, 0)), HasSubstr("endpoint 16"));
    EXPECT_THAT(refusal(submit(2, 1, 0)), HasSubstr("direction 2"));
    EXPECT_THAT(refusal(submit(1, 1, 64, 8)), HasSubstr("isochronous"));
    EXPECT_THAT(refusal(Octets(headerBytes)), HasSubstr("command 0"));
    EXPECT_FALSE(messageSize(Octets(headerBytes - 1)).value());
}

TEST(UsbipMessages, Returns_HaveTheirStatusAndBytes) {
    const auto stalled = submitReturn({9, UsbEndStatus::Stall, 0, {}});
    EXPECT_EQ(stalled.size(), headerBytes);
    EXPECT_EQ(static_cast<std::int32_t>(bigAt(stalled, 20)), -32);
    const auto data = submitReturn({9, UsbEndStatus::Ok, 3, {1, 2, 3}});
    EXPECT_EQ(bigAt(data, 0), 3U);
    EXPECT_EQ(bigAt(data, 4), 9U);
    EXPECT_EQ(bigAt(data, 24), 3U);
    EXPECT_EQ(data.size(), headerBytes + 3);
    EXPECT_EQ(static_cast<std::int32_t>(bigAt(unlinkReturn(4, true), 20)), -104);
    EXPECT_EQ(bigAt(unlinkReturn(4, false), 20), 0U);
}

TEST(UsbipMessages, List_HasEachDeviceWithItsInterfaces) {
    const std::vector<Listing> one{listing()};
    const auto bytes = listReply(one);
    EXPECT_EQ(bytes.size(), 12U + 0x138 + 2 * 4);
    EXPECT_EQ(bigAt(bytes, 8), 1U);
    EXPECT_STREQ(reinterpret_cast<const char*>(&bytes[0x10C]), "1-2");
    EXPECT_EQ(bigAt(bytes, 0x134), speedFull);
    EXPECT_EQ(bigAt(bytes, 0x138, 2), 0x2E8AU);
    EXPECT_EQ(bytes[0x143], 2);
    EXPECT_EQ(bytes[0x144], 0x08);
    EXPECT_EQ(bytes[0x148], 0xFF);
    EXPECT_EQ(importReply(one.data()).size(), 8U + 0x138);
    EXPECT_EQ(bigAt(importReply(nullptr), 4), 1U);
}

TEST(UsbipMessages, Requests_AreOfThisVersionAndEnd) {
    using test::UsbipConnection;
    EXPECT_EQ(readOperation(UsbipConnection::request(0x8005)).value(), Operation::DeviceList);
    EXPECT_EQ(readOperation(UsbipConnection::request(0x8003, "1-1")).value(), Operation::Import);
    EXPECT_EQ(readOperation(UsbipConnection::request(0x8004)).error().code, "USBIP_REQUEST");
    EXPECT_EQ(readOperation(Octets(7)).error().code, "USBIP_REQUEST");
    EXPECT_EQ(readBusId(Octets(32, 'x')).error().code, "USBIP_REQUEST");
}

/// Changed bytes are refused or read within their length: under the sanitizers nothing else can happen.
TEST(UsbipMessages, ChangedMessages_AreRefusedOrReadWithinTheirLength) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    for (int round = 0; round < 20000; ++round) {
        auto bytes = submit(static_cast<std::uint32_t>(below(2)), 3, 16);
        bytes.resize(headerBytes + 16);
        for (int changes = 0; changes < 3; ++changes)
            bytes[below(headerBytes)] = static_cast<std::uint8_t>(below(256));
        bytes.resize(below(bytes.size() + 1));
        const auto size = messageSize(bytes);
        if (!size || !*size) continue;
        EXPECT_LE(**size, headerBytes + transferLimit);
        if (bytes.size() < **size) continue;
        const auto message = readMessage(std::span(bytes).first(**size));
        EXPECT_LE(message.urb ? message.urb->room : 0, transferLimit);
    }
}

} // namespace
} // namespace framegate::simulation::usbip
