// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/board_preparation.h"

#include "flashing/bootsel_entry.h"
#include "simulation/program_name.h"
#include "simulation/virtual_bench.h"
#include "unit/boot/boot_bench.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using boot::Chip;
using boot::ImageKind;
using simulation::PicoState;
using ::testing::HasSubstr;

/// The test firmware as a flash image: what the simulated board runs is told by the name in it.
FlashOrder testFirmware() {
    auto image = boot::program(Chip::Rp2040, ImageKind::Flash, 4096, 1);
    image.segments[0].bytes = simulation::namedProgram(simulation::testFirmwareName);
    return {{image}, ImageKind::Flash};
}

class Preparation : public ::testing::TestWithParam<PicoState> {
protected:
    std::unique_ptr<simulation::VirtualBench> bench(PicoState startsIn) {
        simulation::BenchOptions options;
        options.startsIn = startsIn;
        return *simulation::VirtualBench::create(options);
    }
    const UsbPortPath port_{1, {1}};
};

TEST_P(Preparation, Board_RunsTheTestFirmwareAfterwards) {
    const auto usb = bench(GetParam());
    TestFirmwareLoader loader(*usb, testFirmware());
    const auto done = loader.prepare(port_, {});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(*done, HasSubstr("the test firmware was loaded into flash of board "));
    EXPECT_EQ(usb->board(1).state(), PicoState::TestFirmware);
    const auto again = loader.prepare(port_, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, "");
}

INSTANTIATE_TEST_SUITE_P(States, Preparation,
                         ::testing::Values(PicoState::Bootsel, PicoState::OtherFirmware,
                                           PicoState::TestFirmware),
                         [](const auto& param) { return std::string(stateText(param.param)); });

TEST_F(Preparation, EmptyPort_IsLeftToWhoeverOpensIt) {
    const auto usb = bench(PicoState::Bootsel);
    usb->board(1).unplug();
    TestFirmwareLoader loader(*usb, testFirmware());
    const auto done = loader.prepare(port_, {});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, "");
}

TEST_F(Preparation, FirmwareForAnotherChip_IsNoFaultOfTheUnit) {
    const auto usb = bench(PicoState::Bootsel);
    TestFirmwareLoader loader(*usb,
                              {{boot::program(Chip::Rp2350, ImageKind::Flash, 4096, 1)}, ImageKind::Flash});
    const auto done = loader.prepare(port_, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "FIRMWARE_CHIP");
    EXPECT_NE(done.error().kind, ErrorKind::Module);
    EXPECT_THAT(done.error().message, HasSubstr("port 1-1: writing and verifying"));
}

TEST_F(Preparation, Stop_EndsAsCancelled) {
    const auto usb = bench(PicoState::OtherFirmware);
    TestFirmwareLoader loader(*usb, testFirmware());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(loader.prepare(port_, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST_F(Preparation, BoardWithOtherFirmware_IsSentToBootselByItsResetInterface) {
    const auto usb = bench(PicoState::OtherFirmware);
    ASSERT_TRUE(bringToBootsel(*usb, port_, {}));
    EXPECT_EQ(usb->board(1).state(), PicoState::Bootsel);
}

} // namespace
} // namespace framegate
