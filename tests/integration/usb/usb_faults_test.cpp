// SPDX-License-Identifier: GPL-3.0-or-later
//
// The whole test of a unit with a transfer that goes wrong, for every kind of transfer that there is.
#include "engine/station_runner.h"
#include "station/bench_access.h"
#include "station/plan_loading.h"
#include "support/fake_station.h"
#include "support/faulty_usb.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>
#include <set>

namespace framegate {
namespace {

using namespace std::chrono_literals;
using test::UsbFault;
using test::UsbFaultPlan;
using ::testing::AnyOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int hitSlot = 2;
constexpr auto longest = 120s; ///< the plan's limit for a unit

/// Lets no slot begin its next unit before the other one does: each gets its half of them.
class InTurn : public UnitLoader {
public:
    explicit InTurn(UnitLoader& loader) : loader_(loader) {}
    Result<> insert(int slot, const Unit& unit, int run, std::stop_token stop) override {
        std::unique_lock lock(mutex_);
        auto& mine = begun_[slot];
        mine.insert(unit.serial.text());
        changed_.notify_all();
        const auto& others = begun_[3 - slot];
        EXPECT_TRUE(changed_.wait_for(lock, 60s, [&] { return others.size() >= mine.size(); }));
        lock.unlock();
        return loader_.insert(slot, unit, run, std::move(stop));
    }
    Result<> show(int slot, Scene scene, std::stop_token stop) override {
        return loader_.show(slot, scene, std::move(stop));
    }
    Result<bool> adjustFocus(int slot, const FocusLook& look, std::stop_token stop) override {
        return loader_.adjustFocus(slot, look, std::move(stop));
    }
    void remove(int slot) override { loader_.remove(slot); }

private:
    UnitLoader& loader_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<int, std::set<std::string>> begun_; ///< units by slot
};

/// The quick plan with its smallest size only.
TestPlan smallPlan(TestPlan plan) {
    for (auto& step : plan.main)
        if (!step.resolutions.empty()) step.resolutions.resize(1);
    return plan;
}

const TestPlan& thePlan() {
    static const auto plan =
        smallPlan(loadPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov2640-quick.toml").value());
    return plan;
}

/// Two units in each of two slots; \a faults strike slot 2. The records, in the order of their end.
std::vector<TestRecord> runLot(UsbFaultPlan& faults) {
    BenchChoice choice;
    choice.bench = "virtual";
    choice.slots = 2;
    const auto bench = openBench(choice).value();
    InTurn loader(bench->loader());
    const auto layout = bench->layout();
    test::FaultyPort usb(bench->usb(), layout.slots.at(hitSlot - 1).port, faults);
    test::FakeRecordStore store;
    test::FakeEventSink events;
    StationRunner runner(layout, thePlan(), {usb, loader, store, {}, events});
    LotOrder order;
    order.lot = "test";
    for (unsigned i = 1; i <= 4; ++i)
        order.units.push_back({Serial::numbered(i), i, {}});
    EXPECT_TRUE(runner.run(order, {}));
    return store.records;
}

/// The kinds of all transfers of a slot's first unit.
std::vector<std::string> kindsOfOneUnit() {
    UsbFaultPlan none;
    runLot(none);
    none.kinds.resize(none.kinds.size() / 2); // of two equal units
    return none.kinds;
}

/// Of each kind the first; \a all: also the one in the middle and the last.
std::set<int> placesToHit(const std::vector<std::string>& kinds, bool all) {
    std::map<std::string, std::vector<int>> places;
    for (std::size_t i = 0; i < kinds.size(); ++i)
        places[kinds[i]].push_back(static_cast<int>(i));
    std::set<int> chosen;
    for (const auto& [kind, at] : places) {
        chosen.insert(at.front());
        if (all) chosen.insert({at[at.size() / 2], at.back()});
    }
    return chosen;
}

void expectStationError(const TestRecord& record, const std::string& when) {
    EXPECT_EQ(record.outcome, Outcome::Error) << when;
    EXPECT_THAT(record.failureDetail, StartsWith("slot 2: ")) << when;
    EXPECT_THAT(record.failureDetail, ContainsRegex("slot 2: .+: .+; .+")) << when; // doing: what; advice
    EXPECT_THAT(record.failureDetail,
                AnyOf(HasSubstr("try another cable"), HasSubstr("look at the board's plug")))
        << when;
}

/// Slot 1 knows of nothing; in slot 2 the first unit is told, or not told, and never bad; the second is good.
void expectOnlySlot2Hit(const std::vector<TestRecord>& records, const std::string& when) {
    std::map<std::string, Outcome> ends; // of the units in slot 2
    std::vector<std::string> order;
    for (const auto& record : records) {
        EXPECT_LT(record.duration, longest) << when;
        if (record.slot != hitSlot) {
            EXPECT_EQ(record.outcome, Outcome::Pass) << when << ": " << record.failureDetail;
            continue;
        }
        if (ends.count(record.serial) == 0) order.push_back(record.serial);
        ends[record.serial] = record.outcome;
        if (record.outcome != Outcome::Pass) expectStationError(record, when);
    }
    ASSERT_EQ(order.size(), 2U) << when;
    EXPECT_EQ(ends[order[1]], Outcome::Pass) << when;
}

class UnitHitByUsb : public ::testing::TestWithParam<UsbFault> {};

TEST_P(UnitHitByUsb, AtEachKindOfTransfer_IsAnErrorOfThatRunOnly) {
    const auto kinds = kindsOfOneUnit();
    ASSERT_GT(kinds.size(), 20U);
    unsigned errors = 0;
    for (const auto at : placesToHit(kinds, GetParam() == UsbFault::ShortPacket)) {
        UsbFaultPlan faults{GetParam(), at};
        const auto records = runLot(faults);
        const auto when = fmt::format("transfer {}, {}", at, kinds[static_cast<std::size_t>(at)]);
        expectOnlySlot2Hit(records, when);
        errors += records.size() > 4 ? 1U : 0U;
    }
    EXPECT_GT(errors, 4U);
}

TEST_P(UnitHitByUsb, WhereTheResetOfTheLinkIsHitToo_IsAnErrorOfThatRunOnly) {
    const auto kinds = kindsOfOneUnit();
    const auto places = placesToHit(kinds, false);
    for (const auto length : {2, 4}) {
        UsbFaultPlan faults{GetParam(), *std::next(places.begin(), 3), length};
        expectOnlySlot2Hit(runLot(faults), fmt::format("{} transfers", length));
    }
}

INSTANTIATE_TEST_SUITE_P(All, UnitHitByUsb,
                         ::testing::Values(UsbFault::Stall, UsbFault::Timeout, UsbFault::ShortPacket,
                                           UsbFault::Babble, UsbFault::Disconnect));

} // namespace
} // namespace framegate
