// SPDX-License-Identifier: GPL-3.0-or-later
//
// Queued transfers beside the same transfers one after the other: nobody may be able to tell them apart.
#include "usb/libusb_reader.h"

#include "bench/fixture_board.h"
#include "mock_machine.h"
#include "usb/libusb_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace framegate::test {
namespace {

using namespace std::chrono_literals;

constexpr auto endpointIn = wire::usbEndpointIn;
constexpr std::size_t room = 4160;

/// A board in its port, opened.
struct Bench {
    Bench() {
        machine.plugIn("1-2.4", board);
        transport = openLibusbBackend().value()->open(UsbPortPath(1, {2, 4}), firmwareInterface).value();
    }
    Deadline soon() { return Deadline::after(transport->clock(), 50ms); }
    Deadline never() { return Deadline::after(transport->clock(), 20s); }

    MockMachine machine;
    std::shared_ptr<BoardDevice> board = std::make_shared<BoardDevice>();
    std::unique_ptr<UsbTransport> transport;
};

/// What a caller sees: the bytes of each transfer, and in the end the error's code.
struct Seen {
    std::vector<Octets> transfers;
    std::string error;
    bool operator==(const Seen&) const = default;
};

/// Reads up to \a count transfers with each deadline as \a limit gives it.
template <class Limit>
Seen readAll(UsbReader& reader, std::size_t count, Limit limit, std::stop_token stop = {}) {
    Seen seen;
    for (; count > 0; --count) {
        const auto got = reader.next(count, limit(), stop);
        if (!got) {
            seen.error = got.error().code;
            return seen;
        }
        const auto* first = reinterpret_cast<const std::uint8_t*>(got->data());
        seen.transfers.emplace_back(first, first + got->size());
    }
    return seen;
}

std::unique_ptr<UsbReader> oneByOne(UsbTransport& transport) {
    return transport.UsbTransport::reader(room);
}
std::unique_ptr<UsbReader> queued(UsbTransport& transport) {
    return transport.reader(room);
}

/// Transfers of all kinds: short, empty at the end, full, a few bytes.
void queueMany(BoardDevice& board) {
    std::uint8_t value = 0;
    for (const auto size : {4108U, 100U, 4096U, 1U, 0U, 4159U, 64U, 4108U, 12U, 4108U})
        board.queueIn(Octets(size, ++value));
}

/// What a caller sees of a mishap in the fourth transfer. Nothing is under way afterwards.
Seen hitAtFourth(Mishap mishap, std::unique_ptr<UsbReader> (*kind)(UsbTransport&)) {
    Bench bench;
    bench.board->happen(mishap, endpointIn, 3);
    queueMany(*bench.board);
    const auto reader = kind(*bench.transport);
    const auto seen = readAll(*reader, 10, [&] { return bench.soon(); });
    EXPECT_EQ(bench.board->underWay(), 0U);
    EXPECT_EQ(reader->next(1, bench.never(), {}).error().code, seen.error);
    return seen;
}

TEST(LibusbReader, TransfersOfAllSizes_ComeAsOneByOne) {
    std::vector<Seen> both;
    for (auto* kind : {oneByOne, queued}) {
        Bench bench;
        queueMany(*bench.board);
        both.push_back(readAll(*kind(*bench.transport), 10, [&] { return bench.never(); }));
        EXPECT_EQ(bench.board->discards(), 0U);
    }
    EXPECT_EQ(both[0].transfers.size(), 10U);
    EXPECT_EQ(both[0], both[1]);
}

TEST(LibusbReader, StallInTheMiddle_IsAsOneByOne) {
    const auto seen = hitAtFourth(Mishap::Stall, queued);
    EXPECT_EQ(seen, hitAtFourth(Mishap::Stall, oneByOne));
    EXPECT_EQ(seen.transfers.size(), 3U);
    EXPECT_EQ(seen.error, "USB_STALL");
}

TEST(LibusbReader, BabbleInTheMiddle_IsAsOneByOne) {
    const auto seen = hitAtFourth(Mishap::Babble, queued);
    EXPECT_EQ(seen, hitAtFourth(Mishap::Babble, oneByOne));
    EXPECT_EQ(seen.error, "USB_OVERFLOW");
}

TEST(LibusbReader, SilenceInTheMiddle_IsTimeoutAsOneByOne) {
    const auto seen = hitAtFourth(Mishap::Silence, queued);
    EXPECT_EQ(seen, hitAtFourth(Mishap::Silence, oneByOne));
    EXPECT_EQ(seen.error, "USB_TIMEOUT");
}

TEST(LibusbReader, StopInTheMiddle_CancelsAllThatIsQueued) {
    Bench bench;
    bench.board->happen(Mishap::Silence, endpointIn, 3);
    queueMany(*bench.board);
    std::stop_source stop;
    const std::jthread stopper([&] {
        bench.board->awaitRequests(endpointIn, 4);
        stop.request_stop();
    });
    const auto reader = queued(*bench.transport);
    const auto seen = readAll(
        *reader, 10, [&] { return bench.never(); }, stop.get_token());
    EXPECT_EQ(seen.transfers.size(), 3U);
    EXPECT_EQ(seen.error, "CANCELLED");
    EXPECT_EQ(bench.board->discards(), 4U);
    EXPECT_EQ(bench.board->underWay(), 0U);
}

TEST(LibusbReader, UnplugInTheMiddle_GivesWhatCameAndThenDisconnected) {
    Bench bench;
    bench.board->happen(Mishap::Silence, endpointIn, 3);
    queueMany(*bench.board);
    const std::jthread hand([&] {
        bench.board->awaitRequests(endpointIn, 4);
        bench.machine.unplug("1-2.4");
    });
    const auto reader = queued(*bench.transport);
    const auto seen = readAll(*reader, 10, [&] { return bench.never(); });
    EXPECT_EQ(seen.transfers.size(), 3U);
    EXPECT_EQ(seen.error, "USB_DISCONNECTED");
    EXPECT_EQ(bench.board->underWay(), 0U);
}

TEST(LibusbReader, NoMoreThanIsToCome_IsAskedFor) {
    Bench bench;
    bench.board->happen(Mishap::Silence, endpointIn);
    const auto reader = queued(*bench.transport);
    EXPECT_EQ(reader->next(2, bench.soon(), {}).error().code, "USB_TIMEOUT");
    EXPECT_EQ(bench.board->discards(), 2U);
}

TEST(LibusbReader, Destruction_WaitsForAllThatIsQueued) {
    Bench bench;
    bench.board->happen(Mishap::Silence, endpointIn, 1);
    bench.board->queueIn(Octets(12, 1));
    auto reader = queued(*bench.transport);
    ASSERT_TRUE(reader->next(9, bench.never(), {}));
    reader.reset();
    EXPECT_EQ(bench.board->discards(), 3U);
    EXPECT_EQ(bench.board->underWay(), 0U);
}

TEST(LibusbReader, TransferThatCompletesWhileItIsCancelled_CountsAndTheStreamGoesOn) {
    Bench bench;
    bench.board->happen(Mishap::Silence, endpointIn);
    bench.board->completeAtDiscard();
    const auto reader = queued(*bench.transport);
    EXPECT_EQ(reader->next(9, bench.soon(), {}).value().size(), room);
    bench.board->recover(endpointIn);
    bench.board->queueIn(Octets(5, 7));
    EXPECT_EQ(reader->next(8, bench.never(), {}).value().size(), 5U);
}

} // namespace
} // namespace framegate::test
