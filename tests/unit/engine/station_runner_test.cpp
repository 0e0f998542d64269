// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/station_runner.h"

#include "engine/unit_queue.h"
#include "engine/unit_run.h"
#include "support/fake_station.h"
#include "support/scripted_transport.h"

#include <atomic>
#include <gmock/gmock.h>
#include <mutex>

namespace framegate {
namespace {

/// A bench where no board answers: opening fails, or the board is mute.
class MuteUsb : public UsbBackend {
public:
    Result<std::vector<UsbDevice>> devices() override { return std::vector<UsbDevice>{}; }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch) override {
        if (port.ports().front() == 1)
            return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "nothing at " + port.text());
        return std::make_unique<Mute>();
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        restarts_.push_back({port, request.request, limit});
        return {};
    }
    struct Restart {
        UsbPortPath port;
        std::uint8_t request = 0;
        std::chrono::nanoseconds limit{0};
    };
    std::vector<Restart> restarts() const {
        const std::lock_guard lock(mutex_);
        return restarts_;
    }

private:
    /// Sends go nowhere and every receive runs into its deadline.
    class Mute : public UsbTransport {
    public:
        Clock& clock() override { return clock_; }
        Result<> send(std::span<const std::byte>, Deadline, std::stop_token) override { return {}; }
        Result<std::size_t> receive(std::span<std::byte>, Deadline deadline, std::stop_token stop) override {
            (void)clock_.sleepFor(deadline.left(clock_), stop);
            return failure(ErrorKind::Timeout, "USB_TIMEOUT", "no answer");
        }
        Result<std::size_t> control(UsbControlRequest, std::span<std::byte>, Deadline,
                                    std::stop_token) override {
            return std::size_t{0};
        }
        Result<> clearHalt(UsbPipe, Deadline, std::stop_token) override { return {}; }

    private:
        test::FakeClock clock_;
    };
    mutable std::mutex mutex_;
    std::vector<Restart> restarts_;
};

class InstantLoader : public UnitLoader {
public:
    Result<> insert(int, const Unit&, int, std::stop_token stop) override {
        if (stop.stop_requested()) return failure(ErrorKind::Cancelled, "CANCELLED", "stopped");
        return {};
    }
    Result<> show(int, Scene, std::stop_token) override { return {}; }
    Result<bool> adjustFocus(int, const FocusLook&, std::stop_token) override { return false; }
    void remove(int) override {}
};

struct Station {
    StationLayout layout{"test", {{1, UsbPortPath(1, {1})}, {2, UsbPortPath(1, {2})}}};
    TestPlan plan;
    MuteUsb usb;
    InstantLoader loader;
    test::FakeRecordStore store;
    test::FakeEventSink sink;
    LotOrder order;

    explicit Station(unsigned units) {
        plan.setup = {{"greet-board", {}, 1, 1}};
        plan.runsOnError = 2;
        for (unsigned i = 1; i <= units; ++i)
            order.units.push_back({Serial::numbered(i), i, {}});
    }
    Result<LotSummary> run(std::stop_token stop = {}) {
        return StationRunner(layout, plan, {usb, loader, store, {}, sink}).run(order, std::move(stop));
    }
};

TEST(StationRunner, BoardsThatDoNotAnswer_GiveErrorsNeverFails) {
    Station station(6);
    const auto summary = station.run();
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->errors, 6U);
    EXPECT_EQ(summary->exitStatus(false), 3);
    ASSERT_EQ(station.store.records.size(), 12U); // each unit is run twice on ERROR
    for (const auto& record : station.store.records) {
        EXPECT_EQ(record.outcome, Outcome::Error);
        EXPECT_EQ(record.failureCode, record.slot == 1 ? "USB_NO_DEVICE" : "USB_TIMEOUT");
        EXPECT_FALSE(record.failureDetail.empty());
    }
}

TEST(StationRunner, BoardThatDoesNotAnswer_IsRestartedAfterEachRunButTheLast) {
    Station station(1);
    station.layout.slots.erase(station.layout.slots.begin()); // the mute board's alone
    ASSERT_TRUE(station.run());
    ASSERT_EQ(station.usb.restarts().size(), 1U);
    const auto restart = station.usb.restarts().front();
    EXPECT_EQ(restart.port.text(), "1-2");
    EXPECT_EQ(restart.request, wire::usbRequestRestart);
    EXPECT_EQ(restart.limit, station.plan.restartLimit);
}

TEST(StationRunner, BoardThatIsNotThere_IsWaitedForToo) {
    Station station(2);
    station.layout.slots.pop_back();
    ASSERT_TRUE(station.run());
    EXPECT_EQ(station.usb.restarts().size(), 3U);
}

/// Loads a firmware into some boards and not into others.
class FakePreparation : public BoardPreparation {
public:
    Result<std::string> prepare(const UsbPortPath& port, std::stop_token) override {
        ++calls;
        if (port.ports().front() == 1) return std::string("loaded");
        return failure(ErrorKind::InvalidInput, "FIRMWARE_CHIP", "port " + port.text() + ": wrong chip");
    }
    std::atomic<int> calls = 0;
};

TEST(StationRunner, BoardThatCannotBePrepared_IsAnErrorThatNamesTheSlot) {
    Station station(1);
    station.layout.slots.erase(station.layout.slots.begin());
    FakePreparation preparation;
    station.plan.runsOnError = 1;
    const StationPorts ports{station.usb,  station.loader, station.store, {},
                             station.sink, nullptr,        &preparation};
    ASSERT_TRUE(StationRunner(station.layout, station.plan, ports).run(station.order, {}));
    ASSERT_EQ(station.store.records.size(), 1U);
    EXPECT_EQ(station.store.records[0].outcome, Outcome::Error);
    EXPECT_EQ(station.store.records[0].failureCode, "FIRMWARE_CHIP");
    EXPECT_EQ(station.store.records[0].failureDetail, "slot 2: port 1-2: wrong chip");
}

TEST(StationRunner, EveryRun_BeginsWithThePreparation) {
    Station station(2);
    station.layout.slots.pop_back();
    FakePreparation preparation;
    std::vector<std::string> notices;
    station.sink.onEvent = [&](const RunEvent& event) {
        if (const auto* notice = std::get_if<StationNotice>(&event)) notices.push_back(notice->message);
    };
    const StationPorts ports{station.usb,  station.loader, station.store, {},
                             station.sink, nullptr,        &preparation};
    ASSERT_TRUE(StationRunner(station.layout, station.plan, ports).run(station.order, {}));
    EXPECT_EQ(preparation.calls, 4); // two units, each run twice on ERROR
    EXPECT_THAT(notices, testing::Contains("loaded"));
}

TEST(StationRunner, EveryUnit_IsRunExactlyOnceWhateverTheSlots) {
    Station station(25);
    station.plan.runsOnError = 1;
    ASSERT_TRUE(station.run());
    std::map<std::string, int> runs;
    for (const auto& record : station.store.records)
        ++runs[record.serial];
    EXPECT_EQ(runs.size(), 25U);
    for (const auto& [serial, count] : runs)
        EXPECT_EQ(count, 1) << serial;
}

TEST(StationRunner, StoreThatFillsUp_StopsTakingUnits) {
    Station station(25);
    station.store.capacity = 3;
    const auto summary = station.run();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, "RECORD_NOT_STORED");
    EXPECT_EQ(station.store.records.size(), 3U);
}

TEST(StationRunner, StopBeforeTheStart_RunsNothing) {
    Station station(5);
    std::stop_source stop;
    stop.request_stop();
    const auto summary = station.run(stop.get_token());
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->tested(), 0U);
    EXPECT_EQ(summary->exitStatus(true), 130);
}

TEST(StationRunner, RunsOfAnEarlierSession_AreCountedOn) {
    Station station(1);
    station.order.runsBefore = {{"FG-000001", 3}};
    ASSERT_TRUE(station.run());
    ASSERT_EQ(station.store.records.size(), 2U);
    EXPECT_EQ(station.store.records.front().run, 4);
}

TEST(UnitRun, UnknownStep_IsTheStationsError) {
    TestPlan plan;
    plan.main = {{"dance", {}, 1, 1}};
    test::TransportScript script;
    WorkPool pool(1);
    UnitRun run(
        plan, {}, pool, [](const RunEvent&) {}, [](Resolution, const PictureBytes&) {});
    const auto record = run.run(std::make_unique<test::ScriptedTransport>(script), {});
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "PLAN_STEP");
}

TEST(UnitRun, StoppedBeforeAStep_IsAbortedAndTeardownRunsAllTheSame) {
    TestPlan plan;
    plan.main = {{"identify-module", {}, 1, 1}};
    plan.teardown = {{"standby", {}, 1, 1}};
    test::TransportScript script;
    script.reply(wire::Kind::Done, wire::Opcode::Standby, wire::StandbyDone{2});
    std::stop_source stop;
    stop.request_stop();
    WorkPool pool(1);
    UnitRun run(
        plan, {}, pool, [](const RunEvent&) {}, [](Resolution, const PictureBytes&) {});
    const auto record = run.run(std::make_unique<test::ScriptedTransport>(script), stop.get_token());
    EXPECT_EQ(record.outcome, Outcome::Aborted);
    ASSERT_EQ(script.sent.size(), 1U);
    EXPECT_EQ(script.sent.front()[2], static_cast<std::uint8_t>(wire::Opcode::Standby));
}

TEST(OutcomeOf, KindOfFailure_DecidesWhoseFaultItIs) {
    EXPECT_EQ(outcomeOf({ErrorKind::Module, "X", ""}), Outcome::Fail);
    EXPECT_EQ(outcomeOf({ErrorKind::Cancelled, "X", ""}), Outcome::Aborted);
    for (const auto kind : {ErrorKind::Timeout, ErrorKind::Disconnected, ErrorKind::Usb, ErrorKind::Protocol,
                            ErrorKind::NotFound, ErrorKind::Internal, ErrorKind::Io})
        EXPECT_EQ(outcomeOf({kind, "X", ""}), Outcome::Error);
}

} // namespace
} // namespace framegate
