// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_window.h"

#include "domain/unit.h"
#include "gui/texts.h"
#include "gui/thumbnail_decoder.h"
#include "lot_script.h"

#include <QAccessible>
#include <QCoreApplication>
#include <QDir>
#include <QShortcut>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

const std::string noEoi = "320x240: the picture has no EOI marker: 7412 bytes, the last 4096 are 00";

class StationWindowTest : public testing::Test {
protected:
    void openWith(int slots, QSize size = {1280, 720}) {
        model = std::make_unique<StationModel>(factsFor(slots));
        window.setAsksBeforeClosing(false);
        window.resize(size);
        window.show();
    }
    LotScript& script() {
        if (!script_) script_.emplace(*model);
        return *script_;
    }
    void show() {
        window.show(*model, script().now());
        QCoreApplication::processEvents();
    }
    void thumbnail(int slot) {
        const auto& state = model->slotStates().at(static_cast<std::size_t>(slot - 1));
        if (state.pictureBytes)
            window.tile(slot)->showThumbnail(
                state.pictureCount, decodeThumbnail(*state.pictureBytes, ThumbnailDecoder::longestSide));
    }
    void playFourSlots() {
        script().lot(20).wait(std::chrono::seconds(31));
        script()
            .insert(1, "FG-000001")
            .step(1, 0)
            .picture(1, chartJpeg())
            .finish(1, "FG-000001", Outcome::Pass);
        script().insert(2, "FG-000002").step(2, 0).picture(2, chartJpeg(), false);
        script().finish(2, "FG-000002", Outcome::Fail, "JPEG_NO_EOI", noEoi);
        script().insert(3, "FG-000003").step(3, 0);
        script().finish(3, "FG-000003", Outcome::Error, "USB_DISCONNECTED", "slot 3: the board went away");
        script().insert(4, "FG-000004").step(4, 6).picture(4, chartJpeg());
        script().send(StationNotice{3, "FG-000003 is tried again"});
        script().send(StationNotice{0, "the disk has 2 GB left"});
        show();
        for (int slot = 1; slot <= 4; ++slot)
            thumbnail(slot);
    }
    void save(const std::string& name) {
        window.grab().save(QDir(FRAMEGATE_BIN_DIR).filePath(QString::fromStdString(name)));
    }
    QString nameOfTile(int slot) { return window.tile(slot)->accessibleName(); }
    QPushButton& stopButton() { return *window.findChild<QPushButton*>("stop"); }

    std::unique_ptr<StationModel> model;
    StationWindow window;

private:
    std::optional<LotScript> script_;
};

TEST_F(StationWindowTest, FourSlots_EachSaysItsState) {
    openWith(4);
    playFourSlots();
    EXPECT_EQ(nameOfTile(1), "Slot 1: FG-000001, run 1: PASS");
    EXPECT_EQ(nameOfTile(2), QString::fromStdString("Slot 2: FG-000002, run 1: FAIL, JPEG_NO_EOI: " + noEoi +
                                                    "; no valid picture"));
    EXPECT_EQ(nameOfTile(3),
              "Slot 3: FG-000003, run 1: ERROR, USB_DISCONNECTED: slot 3: the board went away");
    EXPECT_EQ(nameOfTile(4),
              "Slot 4: FG-000004, run 1: TESTING, step 7 of 10: capture 1600\u00a0×\u00a01200");
    save("station_window_4.png");
}

TEST_F(StationWindowTest, InvalidPicture_ShowsNoThumbnail) {
    openWith(4);
    playFourSlots();
    EXPECT_TRUE(window.tile(1)->hasThumbnail());
    EXPECT_FALSE(window.tile(2)->hasThumbnail());
}

TEST_F(StationWindowTest, ThumbnailOfAnEarlierUnit_IsDropped) {
    openWith(1);
    script().lot(2).insert(1, "A").step(1, 0).picture(1, chartJpeg());
    show();
    script().finish(1, "A", Outcome::Pass).insert(1, "B").step(1, 0);
    script().picture(1, chartJpeg());
    show();
    window.tile(1)->showThumbnail(1, QImage(8, 8, QImage::Format_RGB32));
    EXPECT_FALSE(window.tile(1)->hasThumbnail());
    window.tile(1)->showThumbnail(2, QImage(8, 8, QImage::Format_RGB32));
    EXPECT_TRUE(window.tile(1)->hasThumbnail());
}

TEST_F(StationWindowTest, Tiles_AreGroupsToScreenReaders) {
    openWith(4);
    playFourSlots();
    auto* tile = QAccessible::queryAccessibleInterface(window.tile(2));
    ASSERT_NE(tile, nullptr);
    EXPECT_EQ(tile->role(), QAccessible::Grouping);
    EXPECT_TRUE(tile->text(QAccessible::Name).startsWith("Slot 2: FG-000002, run 1: FAIL"));
}

TEST_F(StationWindowTest, Header_CountsUnitsAndYield) {
    openWith(4);
    playFourSlots();
    QStringList names;
    for (const auto* label : window.findChildren<QLabel*>())
        names << label->accessibleName();
    for (const auto* expected :
         {"Tested: 3 / 20", "Passed: 1", "Failed: 1", "Errors: 1", "First-pass yield: 50.0 %",
          "Plan: ov2640 1.0", "Lot: LOT-1", "Bench: virtual", "Operator: OP-7"})
        EXPECT_TRUE(names.contains(expected)) << expected;
}

TEST_F(StationWindowTest, Results_NewestFirstWithCode) {
    openWith(4);
    playFourSlots();
    const auto* items = window.findChild<QTableView*>()->model();
    ASSERT_EQ(items->rowCount(), 3);
    EXPECT_EQ(items->index(0, ResultsItems::Serial).data().toString(), "FG-000003");
    EXPECT_EQ(items->index(0, ResultsItems::Verdict).data().toString(), "ERROR");
    EXPECT_EQ(items->index(1, ResultsItems::Why).data().toString(),
              QString::fromStdString("JPEG_NO_EOI: " + noEoi));
}

TEST_F(StationWindowTest, VirtualBench_HasABanner) {
    openWith(4);
    playFourSlots();
    const auto* banner = window.findChild<QLabel*>("virtualBench");
    EXPECT_TRUE(banner->isVisible());
    EXPECT_EQ(banner->text(), "VIRTUAL BENCH – simulated modules, not production results");
}

TEST_F(StationWindowTest, RealBench_HasNone) {
    openWith(4);
    auto facts = factsFor(4);
    facts.bench = "usb";
    window.show(StationModel(facts), {});
    EXPECT_FALSE(window.findChild<QLabel*>("virtualBench")->isVisible());
}

TEST_F(StationWindowTest, Escape_WantsTheStop) {
    openWith(4);
    playFourSlots();
    int wanted = 0;
    QObject::connect(&window, &StationWindow::stopWanted, &window, [&wanted] { ++wanted; });
    for (auto* shortcut : window.findChildren<QShortcut*>())
        Q_EMIT shortcut->activated();
    EXPECT_EQ(wanted, 2) << "Esc and Ctrl+.";
}

TEST_F(StationWindowTest, Stopping_SaysSoAndTakesNoSecondStop) {
    openWith(4);
    playFourSlots();
    model->noteStopRequest();
    show();
    EXPECT_FALSE(stopButton().isEnabled());
    EXPECT_EQ(stopButton().text(), "Stopping …");
    EXPECT_THAT(stationSentence(*model).toStdString(), testing::HasSubstr("each slot finishes its teardown"));
}

TEST_F(StationWindowTest, LotFinished_SumsUp) {
    openWith(4);
    playFourSlots();
    script().send(LotFinished{{"LOT-1", 20, 17, 2, 1, 0, 16}, false});
    show();
    const auto* strip = window.findChild<QLabel*>("status");
    EXPECT_TRUE(strip->isVisible());
    EXPECT_EQ(strip->text(), "LOT FINISHED – tested 20 of 20  ·  passed 17  ·  failed 2  ·  errors 1");
    save("station_window_finished.png");
}

TEST_F(StationWindowTest, Breakdown_IsSaidAcrossTheWindow) {
    openWith(4);
    playFourSlots();
    model->noteBreakdown("could not write out/units.csv: no space left on the device [FILE_WRITE]",
                         script().now());
    show();
    EXPECT_EQ(window.findChild<QLabel*>("status")->text(),
              "STATION ERROR – could not write out/units.csv: no space left on the device [FILE_WRITE]");
    save("station_window_broken.png");
}

TEST_F(StationWindowTest, NextUnitAnnounced_BothUnitsAreNamed) {
    openWith(4);
    playFourSlots();
    script().insert(1, "FG-000005").insert(3, "FG-000003", 2);
    show();
    EXPECT_EQ(nameOfTile(1), "Slot 1: FG-000001, run 1: PASS. Next: FG-000005");
    EXPECT_TRUE(nameOfTile(3).endsWith(". Next: FG-000003, run 2"));
    save("station_window_next.png");
}

TEST_F(StationWindowTest, CodeWithPlaceholders_IsShownAsItIs) {
    openWith(1);
    script().lot(1).insert(1, "A%2").step(1, 0).finish(1, "A%2", Outcome::Fail, "X", "%1 of %2");
    show();
    EXPECT_EQ(nameOfTile(1), "Slot 1: A%2, run 1: FAIL, X: %1 of %2");
}

/// Sizes and numbers of slots that are looked at, and must at least paint.
struct Look {
    int slots;
    QSize size;
    const char* name;
};

class StationWindowLook : public StationWindowTest, public testing::WithParamInterface<Look> {
protected:
    void play(int slot) {
        const auto serial = Serial::numbered(static_cast<unsigned>(slot)).text();
        script().insert(slot, serial).step(slot, static_cast<unsigned>(slot % 9));
        if (slot % 7 != 3) script().picture(slot, chartJpeg(), slot % 5 != 2);
        if (slot % 5 == 1) script().finish(slot, serial, Outcome::Pass, "", "", 1, slot == 6);
        if (slot % 5 == 2) script().finish(slot, serial, Outcome::Fail, "JPEG_ENTROPY_BAD_CODE", noEoi);
        if (slot % 5 == 3)
            script().finish(slot, serial, Outcome::Error, "USB_TIMEOUT", "slot 3: no reply within 4 s");
        if (slot == 14) script().finish(slot, serial, Outcome::Aborted, "STOPPED", "stopped by the operator");
    }
};

TEST_P(StationWindowLook, Paints) {
    openWith(GetParam().slots, GetParam().size);
    script().lot(20).wait(std::chrono::seconds(75));
    for (int slot = 1; slot <= std::min(GetParam().slots, 15); ++slot)
        play(slot);
    show();
    for (int slot = 1; slot <= GetParam().slots; ++slot)
        thumbnail(slot);
    const auto image = window.grab().toImage();
    EXPECT_EQ(image.size(), GetParam().size);
    save("station_window_" + std::string(GetParam().name) + ".png");
}

INSTANTIATE_TEST_SUITE_P(Stations, StationWindowLook,
                         testing::Values(Look{1, {1280, 720}, "1"}, Look{2, {1280, 720}, "2"},
                                         Look{8, {1280, 720}, "8"}, Look{16, {1280, 720}, "16"},
                                         Look{4, {1920, 1080}, "4_hd"}, Look{16, {1920, 1080}, "16_hd"}),
                         [](const auto& look) { return std::string(look.param.name); });

TEST_F(StationWindowTest, LongTexts_AreShortenedNotCut) {
    model = std::make_unique<StationModel>(LotFacts{"ov2640-production-line-7-with-a-very-long-name 12.4.1",
                                                    "LOT-20250131-NIGHT-SHIFT-CUSTOMER-4711-B",
                                                    "virtual",
                                                    "Maximiliane Mustermann-Beispielsdottir",
                                                    120'000,
                                                    {1, 2, 3, 4}});
    window.resize(1280, 720);
    window.show();
    const std::string longSerial(64, 'W');
    std::string detail;
    for (int word = 0; word < 40; ++word)
        detail += "register 0x" + std::to_string(word) + " reads back as 0xFF ";
    for (int slot = 1; slot <= 4; ++slot) {
        script().insert(slot, longSerial, 12).step(slot, 3, "initialise_sensor_with_long_name");
        script().picture(slot, chartJpeg(1600, 200));
    }
    script().finish(1, longSerial, Outcome::Fail, "LIMIT_VERY_LONG_MEASUREMENT_NAME_OF_CORNER_SHARPNESS",
                    detail, 12);
    script().finish(2, longSerial, Outcome::Aborted, "STOPPED", detail, 12);
    script().send(StationNotice{2, detail});
    show();
    thumbnail(3);
    EXPECT_EQ(window.size(), QSize(1280, 720)) << "long texts must not widen the window";
    save("station_window_long.png");
}

} // namespace
} // namespace framegate
