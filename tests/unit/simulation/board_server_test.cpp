// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/board_server.h"

#include "support/usbip_backend.h"
#include "unit/simulation/raw_board.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <gmock/gmock.h>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

namespace framegate::simulation {
namespace {

using namespace std::chrono_literals;
using test::UsbipConnection;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::uint32_t deviceDescriptor = 18;
constexpr std::array<std::uint8_t, 8> getDevice{0x80, 6, 0, 1, 0, 0, deviceDescriptor, 0};

/// What the boards have shown, in order, and a wait for it.
class States {
public:
    ServeEvents events() {
        ServeEvents all;
        all.state = [this](int slot, PicoState state) {
            const std::lock_guard lock(mutex_);
            seen_.push_back({slot, state});
            changed_.notify_all();
        };
        return all;
    }
    /// Waits until board \a slot has shown \a state as its \a count-th change of this kind.
    bool await(int slot, PicoState state, int count = 1) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 60s, [&] {
            return std::count(seen_.begin(), seen_.end(), std::pair(slot, state)) >= count;
        });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::pair<int, PicoState>> seen_;
};

std::unique_ptr<VirtualBench> benchOf(int boards, PicoState state, const std::string& scenario = {}) {
    BenchOptions options{.slots = boards};
    options.startsIn = state;
    options.watchdog = true;
    return makeBench(options, scenario);
}

/// A server with boards on any free port, and a host's connections to it.
struct Server {
    explicit Server(int boards, PicoState state = PicoState::Bootsel, const std::string& scenario = {})
        : bench(benchOf(boards, state, scenario)),
          server(BoardServer::listen(*bench, 0, states.events()).value()) {
        for (int slot = 1; slot <= boards; ++slot)
            EXPECT_TRUE(states.await(slot, state));
    }
    Deadline soon() const { return Deadline::after(clock, 60s); }
    std::unique_ptr<UsbipConnection> connect() const { return UsbipConnection::to(server->port()); }
    std::unique_ptr<UsbipConnection> import(const std::string& busId) const {
        auto connection = connect();
        return connection->import(busId, soon()) ? std::move(connection) : nullptr;
    }
    /// The server sees with its next look that a host is gone.
    std::unique_ptr<UsbipConnection> importSoon(const std::string& busId) const {
        const auto limit = soon();
        while (!limit.passed(clock))
            if (auto connection = import(busId)) return connection;
        return nullptr;
    }

    SteadyClock clock;
    States states;
    std::unique_ptr<VirtualBench> bench;
    std::unique_ptr<BoardServer> server;
};

TEST(BoardServer, List_HasEveryBoardOnTheBus) {
    Server server(3);
    test::UsbipBackend host(server.server->port());
    EXPECT_THAT(host.devices().value(), SizeIs(3));
    ASSERT_TRUE(server.server->unplug(2));
    ASSERT_TRUE(server.states.await(2, PicoState::Gone));
    const auto left = host.devices().value();
    ASSERT_THAT(left, SizeIs(2));
    EXPECT_EQ(left[1].port.text(), "1-3");
    EXPECT_EQ(left[1].product, 0x0003);
}

TEST(BoardServer, ImportedBoard_AnswersAndBelongsToOneHost) {
    Server server(2);
    const auto host = server.import("1-1");
    ASSERT_TRUE(host);
    host->submit(0, {}, deviceDescriptor, 0, getDevice);
    EXPECT_THAT(host->next(server.soon())->bytes, SizeIs(deviceDescriptor));
    EXPECT_FALSE(server.import("1-1"));
    EXPECT_TRUE(server.import("1-2"));
    EXPECT_FALSE(server.import("1-9"));
}

TEST(BoardServer, HostThatLeaves_MakesRoomForTheNext) {
    Server server(1);
    ASSERT_TRUE(server.import("1-1"));
    EXPECT_TRUE(server.importSoon("1-1"));
}

TEST(BoardServer, PendingReceive_CanBeTakenBack) {
    Server server(1);
    const auto host = server.import("1-1");
    const auto receive = host->submit(0x84, {}, 64);
    const auto back = host->unlink(receive);
    const auto answer = host->next(server.soon());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->command, 4U);
    EXPECT_EQ(answer->sequence, back);
    EXPECT_EQ(answer->status, -ECONNRESET);
    host->unlink(receive);
    EXPECT_EQ(host->next(server.soon())->status, 0); // there is none any more
}

TEST(BoardServer, RebootedBoard_ClosesTheConnectionAndIsImportedAnew) {
    Server server(1, PicoState::TestFirmware);
    const auto host = server.import("1-1");
    host->submit(0, {}, 0, 0, {0x21, wire::usbResetToBootsel, 0, 0, 1, 0, 0, 0});
    EXPECT_EQ(host->next(server.soon())->status, 0);
    EXPECT_TRUE(host->closedBy(server.soon()));
    ASSERT_TRUE(server.states.await(1, PicoState::Gone));
    ASSERT_TRUE(server.states.await(1, PicoState::Bootsel));
    const auto again = server.import("1-1");
    ASSERT_TRUE(again);
    again->submit(0, {}, deviceDescriptor, 0, getDevice);
    EXPECT_EQ(again->next(server.soon())->bytes.at(10), 0x03);
}

TEST(BoardServer, Unplugged_EndsATransferUnderWay) {
    Server server(1);
    const auto host = server.import("1-1");
    host->submit(0x84, {}, 64);
    ASSERT_TRUE(server.server->unplug(1));
    const auto end = host->next(server.soon());
    EXPECT_TRUE(!end || end->status == -ESHUTDOWN);
    EXPECT_TRUE(host->closedBy(server.soon()));
    EXPECT_EQ(server.server->unplug(1).error().code, "USB_NO_DEVICE");
    ASSERT_TRUE(server.server->plug(1, true));
    EXPECT_EQ(server.server->plug(1, true).error().code, "USB_NO_DEVICE");
    EXPECT_TRUE(server.states.await(1, PicoState::Bootsel, 2));
    EXPECT_EQ(server.server->plug(7, true).error().code, "USB_NO_DEVICE");
}

TEST(BoardServer, EachPowerUp_PutsTheNextUnitIn) {
    Server server(2, PicoState::TestFirmware);
    ASSERT_TRUE(server.server->unplug(1));
    ASSERT_TRUE(server.server->plug(1, false));
    ASSERT_TRUE(server.server->unplug(2));
    ASSERT_TRUE(server.server->plug(2, false));
    EXPECT_THAT(server.bench->truthCsv(), ::testing::HasSubstr("FG-000003,1,3,"));
    EXPECT_THAT(server.bench->truthCsv(), ::testing::HasSubstr("FG-000004,1,4,"));
}

TEST(BoardServer, FirmwareThatHangs_IsStartedAnewByItsWatchdog) {
    Server server(1, PicoState::TestFirmware,
                  "[[unit]]\nindex = 1\nfault = \"board-hang\"\nat = \"hello\"\n");
    test::UsbipBackend host(server.server->port());
    auto transport = host.open(UsbPortPath(1, {1}), firmwareInterface).value();
    std::vector<std::uint8_t> frame(wire::frameLimit);
    frame.resize(wire::writeMessage(frame, {.kind = wire::Kind::Request, .opcode = wire::Opcode::Hello},
                                    wire::HelloRequest{}));
    ASSERT_TRUE(transport->send(std::as_bytes(std::span(frame)), server.soon(), {}));
    EXPECT_TRUE(server.states.await(1, PicoState::Gone));
    EXPECT_TRUE(server.states.await(1, PicoState::TestFirmware, 2));
}

TEST(BoardServer, CallersThatTalkNonsense_AreLeftAndOthersServed) {
    Server server(1);
    const auto wrong = server.connect();
    wrong->write({1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_TRUE(wrong->closedBy(server.soon()));
    const auto silent = server.connect();
    const auto host = server.import("1-1");
    ASSERT_TRUE(host);
    test::UsbipBytes endless;
    for (int i = 0; i < 12; ++i)
        test::putBig(endless, i == 6 ? 0xFFFFFFFF : 1);
    host->write(endless); // a transfer of 4 GiB
    EXPECT_TRUE(host->closedBy(server.soon()));
    EXPECT_TRUE(server.importSoon("1-1"));
}

TEST(BoardServer, ManyHostsAtOnce_EachReadTheirBoard) {
    constexpr int boards = 6;
    Server server(boards);
    std::vector<std::jthread> hosts;
    std::atomic<int> good = 0;
    for (int slot = 1; slot <= boards; ++slot)
        hosts.emplace_back([&, slot] {
            const auto host = server.import("1-" + std::to_string(slot));
            for (int i = 0; host && i < 50; ++i) {
                host->submit(0, {}, deviceDescriptor, 0, getDevice);
                const auto answer = host->next(server.soon());
                good += answer && answer->bytes.size() == deviceDescriptor ? 1 : 0;
            }
        });
    hosts.clear();
    EXPECT_EQ(good, boards * 50);
}

TEST(BoardServer, TakenPort_IsRefused) {
    Server server(1);
    const auto bench = benchOf(1, PicoState::Bootsel);
    const auto second = BoardServer::listen(*bench, server.server->port(), {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "USBIP_PORT");
    EXPECT_THAT(second.error().message, ::testing::HasSubstr("another port: --port"));
}

/// A port that keeps the other end for the test, and says for a while that it is not ready.
class FakePort : public AttachPort {
public:
    Result<bool> attach(int socket, std::uint32_t device) override {
        const std::lock_guard lock(mutex_);
        if (busy_-- > 0) return false;
        devices.push_back(device);
        ends_.push_back(::dup(socket));
        changed_.notify_all();
        busy_ = 3;
        return true;
    }
    std::unique_ptr<UsbipConnection> await(std::size_t count) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 60s, [&] { return ends_.size() >= count; })) return nullptr;
        return std::make_unique<UsbipConnection>(std::exchange(ends_[count - 1], -1));
    }
    std::vector<std::uint32_t> devices;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<int> ends_;
    int busy_ = 2;
};

TEST(BoardServer, AttachedBoard_ComesBackToItsPortAfterEachRestart) {
    const auto bench = benchOf(1, PicoState::TestFirmware);
    auto port = std::make_unique<FakePort>();
    auto* kept = port.get();
    std::vector<std::unique_ptr<AttachPort>> ports;
    ports.push_back(std::move(port));
    States states;
    const auto server = BoardServer::attach(*bench, std::move(ports), states.events());
    const SteadyClock clock;
    const auto soon = [&] { return Deadline::after(clock, 60s); };
    const auto first = kept->await(1);
    ASSERT_TRUE(first);
    first->submit(0, {}, 0, 0, {0x21, wire::usbResetToBootsel, 0, 0, 1, 0, 0, 0});
    EXPECT_EQ(first->next(soon())->status, 0);
    EXPECT_TRUE(first->closedBy(soon()));
    const auto second = kept->await(2);
    ASSERT_TRUE(second);
    second->submit(0, {}, deviceDescriptor, 0, getDevice);
    EXPECT_EQ(second->next(soon())->bytes.at(10), 0x03);
    EXPECT_THAT(kept->devices, ElementsAre(0x00010002, 0x00010002));
}

} // namespace
} // namespace framegate::simulation
