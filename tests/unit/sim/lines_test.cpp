// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/lines.h"

#include <gmock/gmock.h>
#include <ostream>

namespace framegate::sim {
namespace {

using firmware::Drive;
using testing::AllOf;
using testing::Gt;
using testing::Lt;
using wire::Line;

constexpr double active = 0.07;
constexpr double standby = 0.02;

Faults opened(Pin pin) {
    Faults faults;
    faults.breakWire(pin);
    return faults;
}

Faults shorted(Pin pin, Pin to) {
    Faults faults;
    faults.shorts.push_back({pin, to});
    return faults;
}

Lines linesWith(const Faults& faults, std::uint64_t seed = 7) {
    return {faults, seed, active, standby};
}

LineDrives all(Drive drive) {
    LineDrives drives;
    drives.fill(drive);
    return drives;
}

LineDrives allButOne(Drive others, Line line, Drive drive) {
    auto drives = all(others);
    drives[static_cast<std::size_t>(line)] = drive;
    return drives;
}

constexpr std::array signalPins = {Pin::Cs, Pin::Sck, Pin::Mosi, Pin::Miso, Pin::Sda, Pin::Scl};
Line lineOf(Pin pin) {
    return static_cast<Line>(pin);
}

TEST(Lines, GoodModule_PullsOnlySdaAndSclUp) {
    const auto lines = linesWith({});
    for (const auto pin : signalPins) {
        const bool bus = pin == Pin::Sda || pin == Pin::Scl;
        EXPECT_EQ(
            lines.settled(allButOne(Drive::PullUp, lineOf(pin), Drive::PullDown), {}).board(lineOf(pin)),
            bus);
    }
}

TEST(Lines, GoodModules_DrawTheirCurrentAtANominalRail) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const auto lines = linesWith({}, seed);
        const auto volts = lines.settled(busesAtRest(), {});
        EXPECT_THAT(volts.rail, AllOf(Gt(3.2), Lt(3.35)));
        EXPECT_THAT(volts.railAmps, AllOf(Gt(0.055), Lt(0.085)));
        ModuleState asleep;
        asleep.standby = true;
        EXPECT_THAT(lines.settled(busesAtRest(), asleep).railAmps, AllOf(Gt(0.016), Lt(0.025)));
    }
}

TEST(Lines, ModulesPullUp_LiftsALineTenTimesAsFastAsTheBoards) {
    const auto lines = linesWith({});
    const auto bus = lines.riseNs(Line::Sda, all(Drive::PullUp), {});
    const auto other = lines.riseNs(Line::Cs, all(Drive::PullUp), {});
    ASSERT_TRUE(bus && other);
    EXPECT_THAT(*bus, AllOf(Gt(40), Lt(200)));
    EXPECT_GT(*other, 10 * *bus);
}

TEST(Lines, EmptySlot_LoadsNothing) {
    Faults absent;
    absent.absent = true;
    const auto lines = linesWith(absent);
    const auto volts = lines.settled(all(Drive::PullUp), {});
    for (const auto pin : signalPins) {
        EXPECT_NEAR(volts.atBoard[static_cast<std::size_t>(pin)], 3.3, 0.01);
        EXPECT_FALSE(lines.settled(all(Drive::PullDown), {}).board(lineOf(pin)));
    }
    EXPECT_NEAR(volts.railAmps, 0, 1e-6);
}

TEST(Lines, OpenVcc_LoadsEveryWireThroughTheDiodes) {
    const auto lines = linesWith(opened(Pin::Vcc));
    const auto volts = lines.settled(all(Drive::PullUp), {});
    for (const auto pin : signalPins) {
        EXPECT_FALSE(volts.board(lineOf(pin)));
        EXPECT_TRUE(
            lines.settled(allButOne(Drive::PullDown, lineOf(pin), Drive::High), {}).board(lineOf(pin)));
    }
    EXPECT_NEAR(volts.railAmps, 0, 1e-6);
    EXPECT_FALSE(lines.powered());
}

/// One line high feeds the module a little through its diode; the other bus line rises with the rail.
TEST(Lines, OpenVcc_CouplesSdaAndSclThroughTheFloatingRail) {
    const auto lines = linesWith(opened(Pin::Vcc));
    const auto low = lines.settled(all(Drive::PullDown), {});
    const auto high = lines.settled(allButOne(Drive::PullDown, Line::Scl, Drive::High), {});
    EXPECT_GT(high.moduleSupply, low.moduleSupply + 1);
    EXPECT_GT(high.atBoard[4], low.atBoard[4] + 1);
}

TEST(Lines, OpenGnd_LiftsEveryWire) {
    const auto lines = linesWith(opened(Pin::Gnd));
    for (const auto pin : signalPins)
        EXPECT_TRUE(
            lines.settled(allButOne(Drive::PullUp, lineOf(pin), Drive::PullDown), {}).board(lineOf(pin)));
    EXPECT_NEAR(lines.settled(all(Drive::PullUp), {}).railAmps, 0, 1e-4);
    EXPECT_FALSE(lines.powered());
}

TEST(Lines, OpenSignalWire_LeavesTheModulePowered) {
    for (const auto pin : signalPins)
        EXPECT_TRUE(linesWith(opened(pin)).powered());
    EXPECT_FALSE(linesWith(opened(Pin::Sda))
                     .settled(allButOne(Drive::PullUp, Line::Sda, Drive::PullDown), {})
                     .board(Line::Sda));
}

TEST(Lines, ShortToGnd_HoldsAgainstADriver) {
    for (const auto pin : signalPins)
        EXPECT_FALSE(linesWith(shorted(pin, Pin::Gnd))
                         .settled(allButOne(Drive::PullUp, lineOf(pin), Drive::High), {})
                         .board(lineOf(pin)));
}

TEST(Lines, ShortToVcc_HoldsAgainstADriver) {
    for (const auto pin : signalPins)
        EXPECT_TRUE(linesWith(shorted(pin, Pin::Vcc))
                        .settled(allButOne(Drive::PullUp, lineOf(pin), Drive::Low), {})
                        .board(lineOf(pin)));
}

TEST(Lines, NeighboursOfTheHeader_AreThePinsBesideIt) {
    EXPECT_THAT(neighboursOf(Pin::Cs), testing::ElementsAre(Pin::Mosi));
    EXPECT_THAT(neighboursOf(Pin::Gnd), testing::ElementsAre(Pin::Sck, Pin::Vcc));
    EXPECT_THAT(neighboursOf(Pin::Scl), testing::ElementsAre(Pin::Sda));
}

TEST(Lines, ShortToANeighbour_TakesItAlong) {
    for (const auto pin : signalPins)
        for (const auto next : neighboursOf(pin)) {
            if (next == Pin::Gnd || next == Pin::Vcc) continue;
            const auto volts =
                linesWith(shorted(pin, next)).settled(allButOne(Drive::PullUp, lineOf(pin), Drive::Low), {});
            EXPECT_FALSE(volts.board(lineOf(next)));
        }
}

TEST(Lines, VccToGnd_CollapsesTheRailAtTheLimitOfTheSupply) {
    const auto lines = linesWith(shorted(Pin::Vcc, Pin::Gnd));
    const auto volts = lines.settled(busesAtRest(), {});
    EXPECT_LT(volts.rail, 1);
    EXPECT_NEAR(volts.railAmps, 1, 0.01);
    EXPECT_FALSE(lines.powered());
}

TEST(Lines, SupplyOff_LetsTheBusLinesDown) {
    const auto lines = linesWith({});
    ModuleState off;
    off.supplied = false;
    const auto volts = lines.settled(all(Drive::PullUp), off);
    EXPECT_FALSE(volts.board(Line::Sda));
    EXPECT_DOUBLE_EQ(volts.railAmps, 0);
}

TEST(SpiBit, GoodWires_CarryEveryBit) {
    const auto lines = linesWith({});
    for (const bool mosi : {false, true})
        for (const bool miso : {false, true}) {
            const auto bit = lines.spiBit(mosi, miso);
            EXPECT_TRUE(bit.selected && bit.clocked);
            EXPECT_EQ(bit.mosi, mosi);
            EXPECT_EQ(bit.miso, miso);
        }
}

TEST(SpiBit, MosiOnMiso_EchoesTheStrongerDriver) {
    const auto lines = linesWith(shorted(Pin::Mosi, Pin::Miso));
    EXPECT_TRUE(lines.spiBit(true, false).miso);
    EXPECT_FALSE(lines.spiBit(false, true).miso);
}

TEST(SpiBit, SckHeld_GivesNoClock) {
    EXPECT_FALSE(linesWith(shorted(Pin::Sck, Pin::Gnd)).spiBit(true, true).clocked);
    EXPECT_FALSE(linesWith(shorted(Pin::Sck, Pin::Vcc)).spiBit(true, true).clocked);
    EXPECT_FALSE(linesWith(opened(Pin::Sck)).spiBit(true, true).clocked);
}

TEST(SpiBit, ChipSelectHeldLow_NeverEndsACommand) {
    EXPECT_FALSE(linesWith(shorted(Pin::Cs, Pin::Gnd)).deselects());
    EXPECT_TRUE(linesWith(opened(Pin::Cs)).deselects());
    EXPECT_TRUE(linesWith({}).deselects());
}

TEST(SpiBit, OpenMiso_ReadsTheBoardsPullUp) {
    EXPECT_TRUE(linesWith(opened(Pin::Miso)).spiBit(false, false).miso);
}

TEST(I2cWires, LineHeldLow_SticksAndHeldHighDoesNot) {
    for (const auto pin : {Pin::Sda, Pin::Scl}) {
        EXPECT_TRUE(linesWith(shorted(pin, Pin::Gnd)).i2cStuck());
        EXPECT_FALSE(linesWith(shorted(pin, Pin::Vcc)).i2cStuck());
        EXPECT_FALSE(linesWith(shorted(pin, Pin::Vcc)).i2cReaches());
        EXPECT_FALSE(linesWith(opened(pin)).i2cStuck());
        EXPECT_FALSE(linesWith(opened(pin)).i2cReaches());
    }
    EXPECT_TRUE(linesWith(shorted(Pin::Sda, Pin::Scl)).i2cStuck());
    EXPECT_TRUE(linesWith({}).i2cReaches());
}

} // namespace
} // namespace framegate::sim
