// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/lot_display.h"

#include "lot_script.h"

#include <QApplication>
#include <QEventLoop>
#include <gtest/gtest.h>

namespace framegate {
namespace {

/// A session whose lot is a function.
class ScriptedSession : public Session {
public:
    using Lot = std::function<Result<LotSummary>(EventSink&, std::stop_token)>;

    explicit ScriptedSession(Lot lot) : run_(std::move(lot)) { plan_.name = "ov2640"; }
    std::vector<int> slots() const override { return {1, 2}; }
    const TestPlan& plan() const override { return plan_; }
    const std::string& lot() const override { return lot_; }
    unsigned unitCount() const override { return 1; }
    std::string bench() const override { return "virtual"; }
    Result<LotSummary> run(EventSink& events, std::stop_token stop) override { return run_(events, stop); }

private:
    Lot run_;
    TestPlan plan_;
    std::string lot_ = "LOT-1";
};

RunEvent finished(Outcome outcome) {
    TestRecord record;
    record.serial = "FG-000001";
    record.outcome = outcome;
    return RunFinished{std::make_shared<const TestRecord>(std::move(record))};
}

LotSummary summaryOf(unsigned passed, unsigned aborted) {
    LotSummary summary{"LOT-1", 1, passed, 0, 0, aborted, passed};
    return summary;
}

/// A lot that goes on until it is stopped.
Result<LotSummary> endlessLot(EventSink& events, std::stop_token stop) {
    events.publish(LotStarted{"LOT-1", "virtual", "ov2640", 1, 2});
    events.publish(RunStarted{1, "FG-000001", 1, 3});
    events.publish(StepStarted{1, "capture", {}, 0});
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    events.publish(finished(Outcome::Aborted));
    events.publish(LotFinished{summaryOf(0, 1), true});
    return summaryOf(0, 1);
}

class LotDisplayTest : public testing::Test {
protected:
    /// Runs the event loop until the lot is over. False after far too long a time.
    bool waitUntilOver(LotDisplay& display) {
        QEventLoop loop;
        QObject::connect(&display, &LotDisplay::over, &loop, [&loop] { loop.exit(0); });
        QTimer::singleShot(std::chrono::seconds(30), &loop, [&loop] { loop.exit(1); });
        return loop.exec() == 0;
    }

    StationWindow window;
};

TEST_F(LotDisplayTest, LotThatPasses_ShowsVerdictAndThumbnail) {
    ScriptedSession session([](EventSink& events, std::stop_token) -> Result<LotSummary> {
        events.publish(LotStarted{"LOT-1", "virtual", "ov2640", 1, 2});
        events.publish(RunStarted{1, "FG-000001", 1, 3});
        events.publish(StepStarted{1, "capture", {}, 0});
        events.publish(PictureTaken{1, "FG-000001", {640, 480}, chartJpeg(), true});
        events.publish(finished(Outcome::Pass));
        return summaryOf(1, 0);
    });
    LotDisplay display(session, "OP-7", window);
    ASSERT_TRUE(waitUntilOver(display));
    EXPECT_EQ(window.tile(1)->state().phase, SlotPhase::Passed);
    EXPECT_TRUE(window.tile(1)->hasThumbnail());
    EXPECT_EQ(display.end()->exitStatus(), 0);
}

TEST_F(LotDisplayTest, StopButton_StopsTheLotWithStatus130) {
    ScriptedSession session(endlessLot);
    LotDisplay display(session, "", window);
    window.findChild<QPushButton*>("stop")->click();
    EXPECT_EQ(display.model().phase(), StationPhase::Stopping);
    ASSERT_TRUE(waitUntilOver(display));
    EXPECT_EQ(display.model().phase(), StationPhase::Stopped);
    EXPECT_EQ(window.tile(1)->state().phase, SlotPhase::Aborted);
    EXPECT_EQ(display.end()->exitStatus(), 130);
}

TEST_F(LotDisplayTest, ClosedDuringTheLot_StopsItFirst) {
    ScriptedSession session(endlessLot);
    window.setAsksBeforeClosing(false);
    window.show();
    LotDisplay display(session, "", window);
    EXPECT_FALSE(window.close());
    EXPECT_TRUE(window.isVisible());
    ASSERT_TRUE(waitUntilOver(display));
    EXPECT_FALSE(window.isVisible());
    EXPECT_EQ(display.end()->exitStatus(), 130);
}

TEST_F(LotDisplayTest, LotBreaksDown_SaysWhyAndEndsWith3) {
    ScriptedSession session([](EventSink& events, std::stop_token) -> Result<LotSummary> {
        events.publish(LotStarted{"LOT-1", "virtual", "ov2640", 1, 2});
        events.publish(LotFinished{summaryOf(0, 0), false});
        return failure(ErrorKind::Io, "FILE_WRITE", "could not write units.csv: no space left");
    });
    LotDisplay display(session, "", window);
    ASSERT_TRUE(waitUntilOver(display));
    EXPECT_EQ(display.model().phase(), StationPhase::Broken);
    EXPECT_EQ(display.model().breakdown(), "could not write units.csv: no space left [FILE_WRITE]");
    EXPECT_EQ(display.end()->exitStatus(), 3);
}

TEST_F(LotDisplayTest, Destroyed_StopsTheLot) {
    bool sawStop = false;
    ScriptedSession session([&sawStop](EventSink& events, std::stop_token stop) {
        auto summary = endlessLot(events, stop);
        sawStop = stop.stop_requested();
        return summary;
    });
    { const LotDisplay display(session, "", window); }
    EXPECT_TRUE(sawStop);
}

TEST(ThumbnailDecoder, LargePicture_IsScaledDown) {
    const auto image = decodeThumbnail(*chartJpeg(1600, 1200), 400);
    EXPECT_EQ(image.size(), QSize(400, 300));
}

TEST(ThumbnailDecoder, NoPicture_GivesNullImage) {
    EXPECT_TRUE(decodeThumbnail(std::vector<std::byte>(500, std::byte{0x55}), 400).isNull());
}

TEST(LotEnd, Errors_HaveTheirExitStatus) {
    EXPECT_EQ(exitStatusOf({ErrorKind::InvalidInput, "CONFIG", ""}), 2);
    EXPECT_EQ(exitStatusOf({ErrorKind::Cancelled, "CANCELLED", ""}), 130);
    EXPECT_EQ(exitStatusOf({ErrorKind::Usb, "USB_OPEN", ""}), 3);
}

} // namespace
} // namespace framegate
