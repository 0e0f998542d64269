// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/flash_view.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

const std::vector<FlashTarget> targets = {{1, UsbPortPath(1, {1})}, {2, UsbPortPath(1, {2})}};

TEST(FlashView, Bar_TellsTheShareOfAllBoardsAndTheTimeLeft) {
    FlashView view(false, targets);
    EXPECT_EQ(view.barLine(10s), "[..............................]   0 %  ETA -:--");
    view.show(targets[0], FlashStage::Writing, 0.5);
    EXPECT_EQ(view.barLine(10s), "[########......................]  25 %  ETA 0:30");
    view.show(targets[0], FlashStage::Starting, 1);
    view.show(targets[1], FlashStage::Starting, 1);
    EXPECT_EQ(view.barLine(90s), "[###########################...]  90 %  ETA 0:10");
}

TEST(FlashView, WithoutATerminal_EachStageIsALine) {
    FlashView view(false, targets);
    testing::internal::CaptureStderr();
    view.show(targets[0], FlashStage::Writing, 0);
    view.show(targets[0], FlashStage::Writing, 0.3);
    view.finish();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "slot 1 (1-1): writing and verifying\n");
}

TEST(FlashView, OnATerminal_TheBarIsDrawnOverAndTakenAway) {
    FlashView view(true, targets);
    testing::internal::CaptureStderr();
    view.show(targets[0], FlashStage::Writing, 0);
    view.show(targets[0], FlashStage::Writing, 0.5);
    view.finish();
    const auto drawn = testing::internal::GetCapturedStderr();
    EXPECT_NE(drawn.find("slot 2 (1-2)"), std::string::npos);
    EXPECT_NE(drawn.find("\x1b[3A\x1b[J"), std::string::npos);
    EXPECT_EQ(drawn.substr(drawn.size() - 7), "\x1b[3A\x1b[J");
}

} // namespace
} // namespace framegate
