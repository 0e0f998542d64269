// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the station lists of eight boards that the kernel has enumerated.
#include "guest_bench.h"
#include "guest_station.h"

#include <gtest/gtest.h>

namespace framegate::test {
namespace {

class Boards : public ::testing::Test {
protected:
    void SetUp() override { guestBench().allBecome("firmware"); }
};

TEST_F(Boards, EightOfThem_AreListedWithPortStateAndFirmware) {
    const auto ran = framegate({"boards", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto boards = jsonLines(ran.out);
    ASSERT_EQ(boards.size(), 8U) << ran.out;
    for (int board = 1; board <= 8; ++board) {
        const auto& listed = boards[static_cast<std::size_t>(board - 1)];
        EXPECT_EQ(listed.value("port", ""), portOf(board));
        EXPECT_EQ(listed.value("state", ""), "firmware") << listed.dump();
        EXPECT_NE(listed.value("firmware", ""), "") << listed.dump();
    }
}

TEST_F(Boards, SomeInBootsel_AreToldFromTheOthers) {
    for (int board = 5; board <= 8; ++board)
        guestBench().become(board, "bootsel");
    EXPECT_EQ(listedBoards(), "1-1 firmware, 1-2 firmware, 1-3 firmware, 1-4 firmware, "
                              "1-5 bootsel, 1-6 bootsel, 1-7 bootsel, 1-8 bootsel");
}

TEST_F(Boards, OneUnplugged_IsNotListed) {
    guestBench().served().unplug(3);
    ASSERT_TRUE(awaitInKernel(portOf(3), "gone"));
    EXPECT_EQ(listedBoards().find("1-3 "), std::string::npos);
    guestBench().served().plug(3);
}

} // namespace
} // namespace framegate::test
