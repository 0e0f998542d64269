// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/readers.h"
#include "config_folder.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace framegate::config {
namespace {

using testing::ElementsAre;

std::vector<std::filesystem::path> filesIn(const char* folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(shippedFolder() / folder))
        files.push_back(entry.path());
    return files;
}

template <class Reader>
void readAll(const char* folder, Reader reader) {
    const auto files = filesIn(folder);
    EXPECT_FALSE(files.empty()) << folder;
    for (const auto& file : files) {
        const auto read = reader(file);
        EXPECT_TRUE(read) << read.error().message;
    }
}

std::vector<std::string> stepsOf(const std::vector<StepSpec>& steps) {
    std::vector<std::string> names;
    for (const auto& step : steps)
        names.push_back(step.type);
    return names;
}

/// The plan's one step that takes pictures.
StepSpec captureOf(const TestPlan& plan) {
    const auto found = std::find_if(plan.main.begin(), plan.main.end(),
                                    [](const StepSpec& step) { return step.type == "capture"; });
    EXPECT_NE(found, plan.main.end());
    return found == plan.main.end() ? StepSpec{} : *found;
}

TEST(ShippedFiles, All_AreRead) {
    readAll("sensors", readSensor);
    readAll("boards", readBoard);
    readAll("limits", readLimits);
    readAll("plans", readPlan);
    readAll("stations", readStation);
    readAll("charts", readChart);
}

TEST(ShippedFiles, Plan_HasThePublishedSettings) {
    for (const std::string name :
         {"plans/ov2640.toml", "plans/ov2640-quick.toml", "plans/ov5642.toml", "plans/ov5642-quick.toml"}) {
        const auto plan = readPlan(shippedFolder() / name);
        ASSERT_TRUE(plan) << plan.error().message;
        EXPECT_EQ(plan->timing.writePause, std::chrono::microseconds(1000));
        EXPECT_EQ(plan->timing.resetWait, std::chrono::milliseconds(200));
        EXPECT_EQ(plan->timing.settleLimit, std::chrono::milliseconds(3000));
        EXPECT_EQ(plan->timing.i2cHz, 100'000U);
        EXPECT_EQ(plan->timing.spiHz, 8'000'000U);
        EXPECT_EQ(plan->board.name,
                  name.find("2640") != std::string::npos ? "mini-2mp-plus" : "mini-5mp-plus");
        EXPECT_EQ(plan->limits.name(), plan->sensor.name);
        EXPECT_EQ(plan->sha256.size(), 64U);
        EXPECT_NE(plan->sha256, plan->sensor.sha256);
    }
}

TEST(ShippedFiles, Plan_TestsEveryOrTheOuterSizes) {
    const auto full = readPlan(shippedFolder() / "plans/ov2640.toml");
    const auto quick = readPlan(shippedFolder() / "plans/ov2640-quick.toml");
    EXPECT_EQ(captureOf(*full).resolutions.size(), 9U);
    EXPECT_THAT(captureOf(*quick).resolutions, ElementsAre(Resolution{160, 120}, Resolution{1600, 1200}));
    EXPECT_THAT(stepsOf(full->setup), ElementsAre("greet-board"));
    EXPECT_THAT(stepsOf(full->main),
                ElementsAre("line-test", "identify-module", "initialise-sensor", "capture", "run-content",
                            "size-agreement", "picture-quality", "colour-bars", "standby-current"));
    EXPECT_THAT(stepsOf(full->teardown), ElementsAre("standby"));
    EXPECT_NE(full->name, quick->name);
}

TEST(ShippedFiles, PlansForSmallFrameMemories_TestEverySize) {
    const auto two = readPlan(shippedFolder() / "plans/ov2640-384k.toml");
    const auto five = readPlan(shippedFolder() / "plans/ov5642-512k.toml");
    EXPECT_EQ(captureOf(*two).resolutions.size(), 9U);
    EXPECT_EQ(captureOf(*five).resolutions.size(), 7U);
    EXPECT_EQ(two->board.fifoBytes, 384U << 10U);
    EXPECT_EQ(five->board.fifoBytes, 512U << 10U);
    EXPECT_TRUE(two->quality.empty());
    ASSERT_EQ(five->quality.size(), 1U);
    EXPECT_EQ(five->quality.front().size, (Resolution{2592, 1944}));
    EXPECT_GT(five->quality.front().value, five->sensor.jpegQuality->standard);
}

TEST(ShippedFiles, Boards_SayWhichSensorsTheyCarryAndThatRewindingIsUnknown) {
    for (const auto& file : filesIn("boards")) {
        const auto board = readBoard(file);
        ASSERT_EQ(board->sensor.size(), 1U) << file;
        EXPECT_TRUE(readSensor(shippedFolder() / "sensors" / (board->sensor.front() + ".toml"))) << file;
        EXPECT_EQ(board->rewind, Rewind::Unknown) << file;
        EXPECT_THAT(board->provisional, testing::Contains("rewind")) << file;
        EXPECT_EQ(board->doneMask, 0x08) << file;
        EXPECT_EQ(board->doneMask & board->vsyncMask, 0) << file;
    }
}

TEST(ShippedFiles, Board_ResetsTheArduchipBeforeAnythingElse) {
    const auto board = readBoard(shippedFolder() / "boards/mini-2mp-plus.toml");
    ASSERT_EQ(board->start.size(), 4U);
    EXPECT_EQ(board->start[0].address, 0x07);
    EXPECT_EQ(board->start[0].value, 0x80);
    EXPECT_EQ(board->start[0].wait, std::chrono::milliseconds(100));
    EXPECT_EQ(board->fifoBytes, 8U << 20U);
    EXPECT_EQ(board->zeroTailBytes, 2048U);
    EXPECT_THAT(board->provisional, testing::Contains("versions"));
}

TEST(ShippedFiles, Limits_HaveRowsForEverySizeOfTheSensor) {
    for (const std::string name : {"ov2640.toml", "ov5642.toml"}) {
        const auto limits = readLimits(shippedFolder() / "limits" / name);
        const auto sensor = readSensor(shippedFolder() / "sensors" / name);
        for (const auto& mode : sensor->modes) {
            const auto* rows = limits->find("identical_rows", mode.size);
            ASSERT_NE(rows, nullptr) << mode.size.text();
            EXPECT_LT(*rows->high, mode.size.height / 2.0) << "half a picture smeared must fail";
        }
    }
}

TEST(ShippedFiles, Limits_AgreeWithBoardAndPlan) {
    for (const auto& file : filesIn("plans")) {
        const auto plan = readPlan(file);
        const auto size = captureOf(*plan).resolutions.front();
        EXPECT_EQ(plan->limits.find("jpeg_tail_bytes", size)->high, double(plan->board.zeroTailBytes))
            << file;
        EXPECT_EQ(plan->limits.find("settle_time", size)->high,
                  std::chrono::duration<double>(plan->timing.settleLimit).count())
            << file;
        EXPECT_EQ(plan->limits.find("capture_time", size)->high,
                  std::chrono::duration<double>(plan->timing.captureLimit).count())
            << file;
    }
}

TEST(ShippedFiles, Station_HasFourSlots) {
    const auto station = readStation(shippedFolder() / "stations/bench-4.toml");
    ASSERT_EQ(station->slots.size(), 4U);
    EXPECT_EQ(station->slots[3].number, 4);
    EXPECT_EQ(station->slots[3].port.text(), "1-1.4");
}

} // namespace
} // namespace framegate::config
