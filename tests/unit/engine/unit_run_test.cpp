// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a unit's run makes of findings of which a part comes later.
#include "engine/unit_run.h"

#include "support/scripted_transport.h"

#include <atomic>
#include <functional>
#include <gmock/gmock.h>
#include <latch>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>

namespace framegate {
namespace {

using testing::ElementsAre;
using Part = std::function<Result<StepFinding>()>;

StepFinding found(const std::string& reading) {
    StepFinding finding;
    finding.readings.push_back({reading, 1, "1", {}});
    return finding;
}

StepFinding foundWithLater(const std::string& reading, Part later) {
    auto finding = found(reading);
    finding.later = std::move(later);
    return finding;
}

/// Steps made of functions, by name; one set at a time.
class FakeSteps {
public:
    FakeSteps() { steps().clear(); }
    void add(const std::string& type, Part run) {
        steps()[type] = std::make_unique<Fake>(std::move(run), false);
    }
    void addShipping(const std::string& type, Part run) {
        steps()[type] = std::make_unique<Fake>(std::move(run), true);
    }
    static const Step* find(std::string_view type) {
        const auto step = steps().find(type);
        return step == steps().end() ? nullptr : step->second.get();
    }

private:
    class Fake : public Step {
    public:
        Fake(Part run, bool ships) : run_(std::move(run)), ships_(ships) {}
        bool ships() const override { return ships_; }
        std::string_view type() const override { return "fake"; }
        Result<> check(const TestPlan&, const StepSpec&) const override { return {}; }
        Result<StepFinding> run(StepContext&, const StepSpec&, std::optional<Resolution>) const override {
            return run_();
        }

    private:
        Part run_;
        bool ships_;
    };
    static std::map<std::string, std::unique_ptr<Step>, std::less<>>& steps() {
        static std::map<std::string, std::unique_ptr<Step>, std::less<>> all;
        return all;
    }
};

TestPlan planOf(std::initializer_list<const char*> types, int attempts = 1) {
    TestPlan plan;
    for (const char* type : types)
        plan.main.push_back({type, {}, attempts, 1});
    return plan;
}

TestRecord ran(const TestPlan& plan, std::size_t threads = 2) {
    WorkPool pool(threads);
    test::TransportScript script;
    UnitRun run(
        plan, {}, pool, [](const RunEvent&) {}, [](Resolution, const PictureBytes&) {}, FakeSteps::find);
    return run.run(std::make_unique<test::ScriptedTransport>(script), {});
}

std::vector<std::string> readingsOf(const TestRecord& record) {
    std::vector<std::string> names;
    for (const auto& measurement : record.measurements)
        names.push_back(measurement.reading.name);
    return names;
}

TEST(UnitRunOverlap, LaterPart_IsDoneWhileTheNextStepRuns) {
    FakeSteps steps;
    std::latch met(2); // opens only if both are under way at once
    steps.add("a", [&] {
        return foundWithLater("a", [&]() -> Result<StepFinding> {
            met.arrive_and_wait();
            return found("a_later");
        });
    });
    steps.add("b", [&] {
        met.arrive_and_wait();
        return found("b");
    });
    EXPECT_THAT(readingsOf(ran(planOf({"a", "b"}))), ElementsAre("a", "a_later", "b"));
}

TEST(UnitRunOverlap, LaterPartsThatEndInAnotherOrder_AreRecordedInTheOrderOfTheSteps) {
    FakeSteps steps;
    std::latch second(1);
    steps.add("a", [&] {
        return foundWithLater("a", [&]() -> Result<StepFinding> {
            second.wait();
            return found("a_later");
        });
    });
    steps.add("b", [&] {
        return foundWithLater("b", [&]() -> Result<StepFinding> {
            second.count_down();
            return found("b_later");
        });
    });
    EXPECT_THAT(readingsOf(ran(planOf({"a", "b"}))), ElementsAre("a", "a_later", "b", "b_later"));
}

TEST(UnitRunOverlap, FirstFailureInOrderOfTheSteps_NamesTheRun) {
    FakeSteps steps;
    steps.add("a", [] {
        return foundWithLater("a", []() -> Result<StepFinding> {
            auto bad = found("a_later");
            bad.failureCode = "LATE";
            return bad;
        });
    });
    steps.add("b", [] {
        auto bad = found("b");
        bad.failureCode = "EARLY";
        return bad;
    });
    const auto record = ran(planOf({"a", "b"}));
    EXPECT_EQ(record.outcome, Outcome::Fail);
    EXPECT_EQ(record.failureCode, "LATE");
}

TEST(UnitRunOverlap, LaterPartThatBlamesTheStation_OutweighsWhatTheStepFound) {
    FakeSteps steps;
    steps.add("a", [] {
        auto bad = foundWithLater("a", []() -> Result<StepFinding> {
            auto light = found("a_later");
            light.failureCode = "LIGHT_LEVEL";
            light.blamesStation = true;
            return light;
        });
        bad.failureCode = "SETTLE_TIMEOUT";
        return bad;
    });
    const auto record = ran(planOf({"a"}));
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "LIGHT_LEVEL");
    EXPECT_THAT(readingsOf(record), ElementsAre("a", "a_later"));
}

TEST(UnitRunOverlap, LaterPartThatCannotTell_EndsTheRunWithItsStep) {
    FakeSteps steps;
    steps.add("a", [] {
        return foundWithLater("a", []() -> Result<StepFinding> {
            return failure(ErrorKind::Internal, "DECODER_DISAGREEMENT", "two decoders disagree");
        });
    });
    steps.add("b", [] { return found("b"); });
    const auto record = ran(planOf({"a", "b", "b", "b"}));
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "DECODER_DISAGREEMENT");
    EXPECT_THAT(readingsOf(record), testing::IsEmpty());
}

TEST(UnitRunOverlap, LaterPartThatThrows_IsTheStationsError) {
    FakeSteps steps;
    steps.add("a",
              [] { return foundWithLater("a", []() -> Result<StepFinding> { throw std::bad_alloc(); }); });
    const auto record = ran(planOf({"a"}));
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "JUDGE");
}

TEST(UnitRunOverlap, StepThatMayBeRepeated_IsJudgedWholeBeforeItIs) {
    FakeSteps steps;
    int tries = 0;
    steps.add("a", [&] {
        const bool bad = ++tries == 1;
        return foundWithLater("a", [bad]() -> Result<StepFinding> {
            auto later = found("a_later");
            if (bad) later.failureCode = "LATE";
            return later;
        });
    });
    const auto record = ran(planOf({"a"}, 3));
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(record.outcome, Outcome::Pass);
    EXPECT_THAT(readingsOf(record), ElementsAre("a", "a_later", "a", "a_later"));
}

TEST(UnitRunOverlap, SlowJudging_HoldsUpTheModuleBeforePicturesPileUp) {
    FakeSteps steps;
    std::atomic<int> waiting = 0;
    int most = 0;
    steps.add("a", [&] {
        most = std::max(most, ++waiting);
        return foundWithLater("a", [&]() -> Result<StepFinding> {
            --waiting;
            return found("a_later");
        });
    });
    const auto record = ran(planOf({"a", "a", "a", "a", "a", "a", "a", "a"}), 1);
    EXPECT_EQ(record.measurements.size(), 16U);
    EXPECT_LE(most, 3); // two with the pool, one being taken
}

TEST(UnitRunOverlap, StepThatEndsTheRun_KeepsWhatCameBefore) {
    FakeSteps steps;
    steps.add("a",
              [] { return foundWithLater("a", []() -> Result<StepFinding> { return found("a_later"); }); });
    steps.add("b", []() -> Result<StepFinding> { return failure(ErrorKind::Usb, "USB_STALL", "stalled"); });
    const auto record = ran(planOf({"a", "b", "a"}));
    EXPECT_EQ(record.failureCode, "USB_STALL");
    EXPECT_THAT(readingsOf(record), ElementsAre("a", "a_later"));
}

/// A plan that ends with a step that ships the board, and has a teardown.
TestPlan shippingPlan(std::initializer_list<const char*> main) {
    auto plan = planOf(main);
    plan.teardown = {{"down", {}, 1, 9}};
    return plan;
}

TEST(UnitRunShipping, GoodUnit_IsShippedAfterTheTeardown) {
    FakeSteps steps;
    std::vector<std::string> order;
    const auto noting = [&order](const char* name) {
        return [&order, name]() -> Result<StepFinding> {
            order.emplace_back(name);
            return found(name);
        };
    };
    steps.add("a", noting("a"));
    steps.add("down", noting("down"));
    steps.addShipping("ship", noting("ship"));
    const auto record = ran(shippingPlan({"a", "ship"}));
    EXPECT_THAT(order, ElementsAre("a", "down", "ship"));
    EXPECT_EQ(record.outcome, Outcome::Pass);
    EXPECT_THAT(readingsOf(record), ElementsAre("a", "ship"));
}

TEST(UnitRunShipping, BadUnit_IsNotShipped) {
    FakeSteps steps;
    steps.add("a", [] {
        return foundWithLater("a", []() -> Result<StepFinding> {
            auto bad = found("a_later");
            bad.failureCode = "LATE";
            return bad;
        });
    });
    steps.add("down", [] { return found("down"); });
    steps.addShipping("ship", []() -> Result<StepFinding> { throw std::logic_error("shipped"); });
    EXPECT_EQ(ran(shippingPlan({"a", "ship"})).failureCode, "LATE");
    steps.add("down",
              []() -> Result<StepFinding> { return failure(ErrorKind::Usb, "USB_STALL", "stalled"); });
    steps.add("a", [] { return found("a"); });
    EXPECT_EQ(ran(shippingPlan({"a", "ship"})).outcome, Outcome::Error);
}

TEST(UnitRunShipping, UnitThatCouldNotBeShipped_NeverPasses) {
    FakeSteps steps;
    steps.add("a", [] { return found("a"); });
    steps.add("down", [] { return found("down"); });
    steps.addShipping("ship", []() -> Result<StepFinding> {
        return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "gone");
    });
    EXPECT_EQ(ran(shippingPlan({"a", "ship"})).outcome, Outcome::Error);
    steps.addShipping("ship", [] {
        auto bad = found("ship");
        bad.failureCode = "PROVISION_VERIFY";
        return bad;
    });
    const auto record = ran(shippingPlan({"a", "ship"}));
    EXPECT_EQ(record.outcome, Outcome::Fail);
    EXPECT_EQ(record.failureCode, "PROVISION_VERIFY");
}

TEST(UnitRunShipping, StepThatEndsTheTestEarly_LeavesTheUnitUnshippedAndNotGood) {
    FakeSteps steps;
    steps.add("a", [] {
        auto last = found("a");
        last.ends = true;
        return last;
    });
    steps.add("down", [] { return found("down"); });
    steps.addShipping("ship", [] { return found("ship"); });
    const auto record = ran(shippingPlan({"a", "ship"}));
    EXPECT_EQ(record.outcome, Outcome::Error);
    EXPECT_EQ(record.failureCode, "PROVISION");
}

TEST(UnitRunNotice, WhatAStepSays_IsPublished) {
    FakeSteps steps;
    steps.add("a", [] {
        auto finding = found("a");
        finding.notice = "another board";
        return finding;
    });
    WorkPool pool(1);
    test::TransportScript script;
    std::vector<std::string> notices;
    const auto publish = [&](const RunEvent& event) {
        if (const auto* notice = std::get_if<StationNotice>(&event)) notices.push_back(notice->message);
    };
    const auto plan = planOf({"a"});
    UnitRun run(
        plan, {}, pool, publish, [](Resolution, const PictureBytes&) {}, FakeSteps::find);
    EXPECT_EQ(run.run(std::make_unique<test::ScriptedTransport>(script), {}).outcome, Outcome::Pass);
    EXPECT_THAT(notices, ElementsAre("another board"));
}

} // namespace
} // namespace framegate
