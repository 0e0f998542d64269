// SPDX-License-Identifier: GPL-3.0-or-later
//
// `framegate flash` on eight boards at once, over the kernel's usbfs.
#include "guest_bench.h"
#include "guest_firmware.h"
#include "guest_station.h"

#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using testing::HasSubstr;

Ran flashAll(const std::string& firmware, std::vector<std::string> more = {}) {
    readImage(firmware); // says what to do where it is missing
    std::vector<std::string> all = {"flash", "--all", "--firmware", firmware};
    all.insert(all.end(), more.begin(), more.end());
    return framegate(all);
}

/// Half of the boards in BOOTSEL, half with firmware that has to be asked there.
void mixTheBoards() {
    for (int board = 1; board <= GuestBench::boards; ++board)
        guestBench().become(board, board % 2 == 0 ? "bootsel" : "firmware");
}

void expectAllRun() {
    for (int board = 1; board <= GuestBench::boards; ++board)
        EXPECT_TRUE(awaitInKernel(portOf(board), "firmware")) << "board " << board << "\n"
                                                              << guestBench().served().output();
}

TEST(Flash, RamImageOnEightBoards_RunsOnEach) {
    mixTheBoards();
    const auto ran = flashAll(ramFirmware, {"--ram", "--verify"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (int board = 1; board <= GuestBench::boards; ++board)
        EXPECT_THAT(ran.out, HasSubstr("port " + portOf(board) + ": "));
    expectAllRun();
}

TEST(Flash, FlashImageOnEightBoards_IsWrittenVerifiedAndRuns) {
    mixTheBoards();
    const auto ran = flashAll(flashFirmware);
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (int board = 1; board <= GuestBench::boards; ++board)
        EXPECT_THAT(ran.out, testing::ContainsRegex("port " + portOf(board) +
                                                    ": [0-9]+ sectors, of which 0 were equal"));
    expectAllRun();
}

} // namespace
} // namespace framegate::test
