// SPDX-License-Identifier: GPL-3.0-or-later
#include "system/framegate.h"

#include <csignal>
#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using ::testing::HasSubstr;

TEST(Boards, List_HasSlotPortStateBoardAndFirmware) {
    const auto ran = framegate({"boards", "--bench", "virtual", "--slots", "2", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("slot":2,"port":"1-2")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("state":"firmware")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("swapped":false)"));
}

TEST(BoardsLearn, WithoutAnySlots_IsWrongInput) {
    const auto ran = framegate({"boards", "--learn", "--bench", "virtual"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("--learn needs --slots N"));
}

TEST(BoardsLearn, BlinkingWithNobodyThere_LeavesNoFile) {
    const TempFolder folder;
    const auto ran = framegate({"boards", "--learn", "--blink", "--bench", "virtual", "--slots", "2", "-o",
                                (folder / "station.toml").string()});
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.err, HasSubstr("the board at 1-1 blinks: which slot is it?"));
    EXPECT_THAT(ran.err, HasSubstr("NO_OPERATOR"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(BoardsLearn, StoppedByTheUser_LeavesNoFile) {
    const TempFolder folder;
    Program program(commandLine({"boards", "--learn", "--bench", "virtual", "--slots", "1", "-o",
                                 (folder / "station.toml").string()}));
    ASSERT_TRUE(program.awaitError("slot 1: plug its board in"));
    program.signal(SIGINT);
    EXPECT_EQ(program.wait(), 130);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

} // namespace
} // namespace framegate::test
