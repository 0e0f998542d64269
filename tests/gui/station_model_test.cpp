// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_model.h"

#include "lot_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

class StationModelTest : public testing::Test {
protected:
    const SlotState& slot(int number) const {
        return model.slotStates().at(static_cast<std::size_t>(number - 1));
    }

    StationModel model{factsFor(4)};
    LotScript script{model};
};

TEST_F(StationModelTest, BeforeTheLot_AllSlotsWait) {
    ASSERT_EQ(model.slotStates().size(), 4U);
    EXPECT_EQ(slot(4).number, 4);
    EXPECT_EQ(slot(4).phase, SlotPhase::Waiting);
    EXPECT_EQ(model.phase(), StationPhase::Preparing);
    EXPECT_FALSE(model.firstPassYield());
}

TEST_F(StationModelTest, UnitAnnounced_IsNotYetTesting) {
    script.lot(20).insert(2, "FG-000001");
    EXPECT_EQ(slot(2).phase, SlotPhase::Waiting);
    ASSERT_TRUE(slot(2).next);
    EXPECT_EQ(slot(2).next->serial, "FG-000001");
}

TEST_F(StationModelTest, FirstStep_BeginsTheRun) {
    script.lot(20).insert(2, "FG-000001", 2).step(2, 3);
    EXPECT_EQ(slot(2).phase, SlotPhase::Testing);
    EXPECT_EQ(slot(2).serial, "FG-000001");
    EXPECT_EQ(slot(2).run, 2);
    EXPECT_EQ(slot(2).step, "capture");
    EXPECT_EQ(slot(2).resolution, (Resolution{1600, 1200}));
    EXPECT_DOUBLE_EQ(slot(2).progress(), 0.3);
    EXPECT_FALSE(slot(2).next);
}

TEST_F(StationModelTest, LensBeingSet_ShowsFigureAndAdviceInPlaceOfTheStep) {
    FocusLook look;
    look.figure = 0.94;
    look.peak = 1;
    look.advice = FocusAdvice::TurnBack;
    script.lot(20).insert(1, "A").step(1, 3, "set-focus").send(FocusLooked{1, look});
    EXPECT_EQ(slot(1).step, "focus 0.9400, 94 % of the best: turn back");
    EXPECT_FALSE(slot(1).resolution);
    script.step(1, 4);
    EXPECT_EQ(slot(1).step, "capture");
}

TEST_F(StationModelTest, NextUnitAnnounced_LastVerdictStaysWithItsOwnSerial) {
    script.lot(20)
        .insert(1, "A")
        .step(1, 0)
        .finish(1, "A", Outcome::Fail, "JPEG_NO_EOI", "no EOI")
        .insert(1, "B");
    EXPECT_EQ(slot(1).phase, SlotPhase::Failed);
    EXPECT_EQ(slot(1).serial, "A");
    EXPECT_EQ(slot(1).next->serial, "B");
}

TEST_F(StationModelTest, NextUnitsFirstStep_LeavesNothingOfTheLastOne) {
    script.lot(20).insert(1, "A").step(1, 0).picture(1, chartJpeg(64, 48));
    script.finish(1, "A", Outcome::Fail, "JPEG_NO_EOI", "no EOI").insert(1, "B").step(1, 0);
    EXPECT_EQ(slot(1).phase, SlotPhase::Testing);
    EXPECT_EQ(slot(1).serial, "B");
    EXPECT_EQ(slot(1).failureCode, "");
    EXPECT_EQ(slot(1).failureDetail, "");
    EXPECT_EQ(slot(1).picture, PictureState::None);
    EXPECT_EQ(slot(1).pictureBytes, nullptr);
}

TEST_F(StationModelTest, AllStepsDone_IsStillNoPass) {
    script.lot(20).insert(1, "A").step(1, 9);
    EXPECT_EQ(slot(1).phase, SlotPhase::Testing);
    EXPECT_EQ(model.counts().passed, 0U);
}

TEST_F(StationModelTest, EndWithoutAnyStep_ShowsTheErrorOfTheAnnouncedUnit) {
    script.lot(20).insert(1, "A").finish(1, "A", Outcome::Error, "USB_NO_DEVICE", "slot 1: nothing there");
    EXPECT_EQ(slot(1).phase, SlotPhase::Error);
    EXPECT_EQ(slot(1).serial, "A");
    EXPECT_EQ(slot(1).failureCode, "USB_NO_DEVICE");
    EXPECT_FALSE(slot(1).next);
}

TEST_F(StationModelTest, EachOutcome_CountsOnce) {
    script.lot(20);
    script.finish(1, "A", Outcome::Pass)
        .finish(2, "B", Outcome::Fail, "X")
        .finish(3, "C", Outcome::Error, "Y");
    script.finish(4, "D", Outcome::Aborted, "STOPPED");
    EXPECT_EQ(model.counts().passed, 1U);
    EXPECT_EQ(model.counts().failed, 1U);
    EXPECT_EQ(model.counts().errors, 1U);
    EXPECT_EQ(model.counts().aborted, 1U);
    EXPECT_DOUBLE_EQ(*model.firstPassYield(), 0.5);
}

TEST_F(StationModelTest, Retest_ReplacesTheUnitsOutcome) {
    script.lot(20).finish(1, "A", Outcome::Error, "USB_TIMEOUT").finish(1, "A", Outcome::Pass, "", "", 2);
    EXPECT_EQ(model.counts().errors, 0U);
    EXPECT_EQ(model.counts().passed, 1U);
    EXPECT_EQ(model.counts().tested(), 1U);
    EXPECT_EQ(model.counts().passedFirstRun, 0U);
    EXPECT_EQ(model.results().size(), 2U);
}

TEST_F(StationModelTest, InvalidPicture_KeepsNoBytesToDecode) {
    script.lot(20)
        .insert(1, "A")
        .step(1, 0)
        .picture(1, chartJpeg(64, 48))
        .picture(1, chartJpeg(64, 48), false);
    EXPECT_EQ(slot(1).picture, PictureState::Invalid);
    EXPECT_EQ(slot(1).pictureBytes, nullptr);
    EXPECT_EQ(slot(1).pictureCount, 2U);
}

TEST_F(StationModelTest, Results_NewestFirstAndBounded) {
    script.lot(1000);
    for (unsigned index = 0; index < StationModel::keptResults + 5; ++index)
        script.finish(1, std::to_string(index), Outcome::Pass);
    EXPECT_EQ(model.results().size(), StationModel::keptResults);
    EXPECT_EQ(model.results().front().serial, "204");
    EXPECT_EQ(model.counts().passed, 205U);
}

TEST_F(StationModelTest, Notices_NewestFirstAndBounded) {
    for (unsigned index = 0; index < StationModel::keptNotices + 5; ++index)
        script.send(StationNotice{3, std::to_string(index)});
    EXPECT_EQ(model.notices().size(), StationModel::keptNotices);
    EXPECT_EQ(model.notices().front().message, "104");
    EXPECT_EQ(model.noticeCount(), 105U);
}

TEST_F(StationModelTest, TimeLeft_FollowsThePaceSoFar) {
    script.lot(20);
    EXPECT_FALSE(model.timeLeft(script.wait(10s).now())) << "no unit is done yet";
    script.finish(1, "A", Outcome::Pass);
    EXPECT_EQ(model.timeLeft(script.now()), std::chrono::nanoseconds(190s));
}

TEST_F(StationModelTest, Progress_CountsThePartOfUnitsUnderTest) {
    script.lot(20).finish(1, "A", Outcome::Pass).insert(1, "B").step(1, 5);
    EXPECT_DOUBLE_EQ(model.progress(), 1.5 / 20);
}

TEST_F(StationModelTest, Progress_RetestIsNotCountedTwice) {
    script.lot(20).finish(1, "A", Outcome::Error, "USB_TIMEOUT").insert(1, "A", 2).step(1, 5);
    EXPECT_DOUBLE_EQ(model.progress(), 1.0 / 20);
}

TEST_F(StationModelTest, LotFinished_TakesTheEnginesCounts) {
    script.lot(20).finish(1, "A", Outcome::Pass).wait(5s);
    LotSummary summary{"LOT-1", 40, 30, 5, 5, 0, 28};
    script.send(LotFinished{summary, false}).wait(100s);
    EXPECT_EQ(model.phase(), StationPhase::Finished);
    EXPECT_EQ(model.counts().passed, 30U);
    EXPECT_EQ(model.elapsed(script.now()), std::chrono::nanoseconds(5s));
    EXPECT_FALSE(model.timeLeft(script.now()));
}

TEST_F(StationModelTest, StopRequest_ShowsUntilTheLotIsOver) {
    model.noteStopRequest();
    script.lot(20);
    EXPECT_EQ(model.phase(), StationPhase::Stopping);
    script.send(LotFinished{{}, true});
    EXPECT_EQ(model.phase(), StationPhase::Stopped);
    model.noteStopRequest();
    EXPECT_EQ(model.phase(), StationPhase::Stopped);
}

TEST_F(StationModelTest, Breakdown_OutweighsTheEndOfTheLot) {
    script.lot(20).insert(1, "A").send(LotFinished{{}, false});
    model.noteBreakdown("the disk is full [FILE_WRITE]", script.now());
    EXPECT_EQ(model.phase(), StationPhase::Broken);
    EXPECT_EQ(model.breakdown(), "the disk is full [FILE_WRITE]");
    EXPECT_FALSE(slot(1).next);
}

TEST_F(StationModelTest, EveryEventOfASlot_RaisesItsRevisionAlone) {
    script.lot(20);
    const auto first = slot(1).revision;
    const auto second = slot(2).revision;
    script.insert(1, "A");
    EXPECT_GT(slot(1).revision, first);
    EXPECT_EQ(slot(2).revision, second);
}

TEST(StationModel, SlotNumbersWithGaps_StayInOrder) {
    StationModel model({"p", "l", "usb", "", 3, {7, 2}});
    LotScript(model).insert(5, "A");
    ASSERT_EQ(model.slotStates().size(), 3U);
    EXPECT_EQ(model.slotStates()[0].number, 2);
    EXPECT_EQ(model.slotStates()[1].number, 5);
    EXPECT_EQ(model.slotStates()[2].number, 7);
}

} // namespace
} // namespace framegate
