// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario.h"

#include "simulation/virtual_bench.h"
#include "support/program.h"

#include <cmath>
#include <gmock/gmock.h>

namespace framegate::simulation {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<std::shared_ptr<const Scenario>> read(const std::string& text) {
    const test::TempFolder folder;
    return readScenario(folder.write("s.toml", text));
}

std::string complaint(const std::string& text) {
    const auto scenario = read(text);
    return scenario ? "accepted" : scenario.error().message;
}

Unit unit(unsigned index) {
    return {Serial::numbered(index), index, {}};
}

TEST(Scenario, NamedUnit_GetsItsFaultAndNobodyElse) {
    const auto scenario =
        read("[[unit]]\nserial = \"FG-000002\"\nfault = \"i2c-write-busy\"\nus = 2000\n").value();
    EXPECT_EQ(scenario->troublesOf(unit(2), 1, 1, 0).module.writeBusyUs, 2000U);
    EXPECT_EQ(scenario->troublesOf(unit(1), 1, 1, 0).module.writeBusyUs, 0U);
}

TEST(Scenario, UnsetLens_IsSomewhereWithinItsTurns) {
    const auto scenario = read("[[slot]]\nslot = 1\nfault = \"lens-unset\"\nturns = 0.25\n").value();
    const auto faults = scenario->troublesOf(unit(1), 1, 1, 0).optics;
    EXPECT_EQ(faults.unsetTurns, 0.25);
    const auto good = goodOptics(sim::SensorKind::Ov2640, 1, 1);
    EXPECT_EQ(good.lensTurns, 0);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const double turns = withFaults(good, faults, sim::SensorKind::Ov2640, seed).lensTurns;
        EXPECT_LE(std::abs(turns), 0.25);
        EXPECT_NE(turns, 0);
    }
}

TEST(Scenario, Operator_IsThereUnlessItSaysSo) {
    EXPECT_TRUE(read("seed = 1\n").value()->hand.present);
    EXPECT_FALSE(read("[operator]\npresent = false\n").value()->hand.present);
    EXPECT_THAT(complaint("[operator]\ndisobeys = 0.9\n"), HasSubstr("0.5"));
    EXPECT_THAT(complaint("[operator]\nname = \"x\"\n"), HasSubstr("name"));
}

TEST(Scenario, SeveralEntriesForOneUnit_AddUp) {
    const auto scenario = read("[[unit]]\nindex = 1\nfault = \"sensor-dead\"\n[[unit]]\nserial = "
                               "\"FG-000001\"\nfault = \"jpeg-no-eoi\"\n")
                              .value();
    const auto troubles = scenario->troublesOf(unit(1), 1, 1, 0);
    EXPECT_TRUE(troubles.module.sensorDead);
    EXPECT_TRUE(troubles.module.noEoi);
    EXPECT_EQ(troubles.names, "sensor-dead;jpeg-no-eoi");
}

TEST(Scenario, Runs_LimitAnEntry) {
    const auto scenario = read("[[unit]]\nindex = 1\nfault = \"absent\"\nuntil_run = 1\n").value();
    EXPECT_TRUE(scenario->troublesOf(unit(1), 1, 1, 0).module.absent);
    EXPECT_FALSE(scenario->troublesOf(unit(1), 1, 2, 0).module.absent);
}

TEST(Scenario, SlotFault_StaysWithTheSlot) {
    const auto scenario = read("[[slot]]\nslot = 2\nfault = \"i2c-nack\"\nprobability = 0.5\n").value();
    EXPECT_EQ(scenario->troublesOf(unit(5), 2, 1, 0).module.nackProbability, 0.5);
    EXPECT_EQ(scenario->troublesOf(unit(5), 1, 1, 0).module.nackProbability, 0.0);
}

TEST(Scenario, Mix_DrawsByUnitAndSeedAlone) {
    const auto scenario = read("[mix]\ngood = 0.5\nfaults = [\"absent\"]\n").value();
    int bad = 0;
    for (unsigned i = 1; i <= 200; ++i) {
        const bool first = scenario->troublesOf(unit(i), 1, 1, 3).module.absent;
        EXPECT_EQ(scenario->troublesOf(unit(i), 7, 2, 3).module.absent, first);
        bad += first ? 1 : 0;
    }
    EXPECT_GT(bad, 70);
    EXPECT_LT(bad, 130);
}

TEST(Scenario, UnknownFault_IsRefusedWithItsPlace) {
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\nfault = \"gremlins\"\n"),
                AllOf(HasSubstr("s.toml:3:"), HasSubstr("gremlins")));
}

TEST(Scenario, MisspeltParameter_IsRefused) {
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\nfault = \"slow-settle\"\nmsec = 5\n"), HasSubstr("msec"));
}

TEST(Scenario, ImpossibleValue_IsRefused) {
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\nfault = \"dvp-stuck-bit\"\nbit = 8\n"),
                HasSubstr("s.toml:4:"));
    EXPECT_THAT(complaint("[mix]\ngood = 1.5\n"), HasSubstr("s.toml:2:"));
    EXPECT_THAT(complaint("[[unit]]\nfault = \"absent\"\n"), HasSubstr("serial or index"));
}

TEST(Scenario, Registers_AreRangesAndCheckedEach) {
    const std::string head = "[[unit]]\nindex = 1\nfault = \"i2c-write-busy\"\n";
    const auto scenario = read(head + "registers = [[0x50, 0x5c], [0x11, 0x11]]\n").value();
    const auto ranges = scenario->troublesOf(unit(1), 1, 1, 0).module.writeBusyRegisters;
    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[0].last, 0x5C);
    EXPECT_THAT(complaint(head + "registers = [[0x50, 0x40]]\n"), HasSubstr("s.toml:4:"));
    EXPECT_THAT(complaint(head + "registers = [[0x50]]\n"), HasSubstr("pair"));
    EXPECT_THAT(complaint(head + "registers = 0x50\n"), HasSubstr("s.toml:4:"));
}

TEST(Scenario, EveryModelledFault_IsReadAndChangesSomething) {
    for (const auto* name :
         {"i2c-write-busy", "reset-busy",     "slow-settle",        "i2c-nack",       "open",
          "spi-noise",      "dvp-stuck-bit",  "spi-bit-rotate",     "spi-dummy-byte", "wrong-sensor",
          "sensor-dead",    "absent",         "standby-stuck",      "vsync-polarity", "capture-never-done",
          "fifo-stale",     "fifo-overflow",  "jpeg-engine-glitch", "jpeg-no-eoi",    "jpeg-bit-flip",
          "size-ignored",   "usb-disconnect", "usb-stall",          "usb-corrupt",    "board-hang",
          "short"}) {
        const auto text = std::string("[[unit]]\nindex = 1\nfault = \"") + name + "\"\n";
        const auto scenario = read(text);
        ASSERT_TRUE(scenario) << scenario.error().message;
        const auto troubles = (*scenario)->troublesOf(unit(1), 1, 1, 0);
        EXPECT_EQ(troubles.names, name);
        EXPECT_FALSE(troubles.module == sim::Faults{} && troubles.board == BoardFaults{}) << name;
    }
}

TEST(Scenario, Short_IsOnlyToWhatIsBesideThePinOrToTheSupply) {
    const std::string entry = "[[unit]]\nindex = 1\nfault = \"short\"\npin = \"sda\"\n";
    const auto toScl = read(entry + "to = \"scl\"\n");
    ASSERT_TRUE(toScl) << toScl.error().message;
    const auto pair = (*toScl)->troublesOf(unit(1), 1, 1, 0).module.shorts.at(0);
    EXPECT_EQ(pair, (sim::ShortedPair{sim::Pin::Sda, sim::Pin::Scl}));
    const auto byDefault = read(entry);
    ASSERT_TRUE(byDefault) << byDefault.error().message;
    EXPECT_EQ((*byDefault)->troublesOf(unit(1), 1, 1, 0).module.shorts.at(0).second, sim::Pin::Gnd);
    EXPECT_THAT(complaint(entry + "to = \"miso\"\n"),
                AllOf(HasSubstr("s.toml:5:6"), HasSubstr("vcc, scl, gnd")));
}

TEST(Scenario, EveryOpticalFault_IsReadAndChangesSomething) {
    for (const auto* name :
         {"defocus", "tilt", "decentre", "rotated", "mirrored", "wrong-lens", "dust", "shading",
          "no-ir-filter", "colour-cast", "dead-pixels", "hot-pixels", "line-defect", "banding", "noise",
          "exposure-stuck", "odd-size", "intermittent"}) {
        const auto scenario = read(std::string("[[unit]]\nindex = 1\nfault = \"") + name + "\"\n");
        ASSERT_TRUE(scenario) << scenario.error().message;
        const auto troubles = (*scenario)->troublesOf(unit(1), 1, 1, 0);
        EXPECT_EQ(troubles.names, name);
        EXPECT_FALSE(troubles.optics == OpticalFaults{}) << name;
        EXPECT_TRUE(troubles.module == sim::Faults{}) << name;
    }
}

TEST(Scenario, Lamp_IsTheSlots) {
    const auto scenario =
        read("[[slot]]\nslot = 2\nfault = \"lamp\"\nlevel_percent = 60\nambient_percent = 3\n");
    ASSERT_TRUE(scenario) << scenario.error().message;
    EXPECT_TRUE((*scenario)->troublesOf(unit(1), 1, 1, 0).light == FixtureLight{});
    const auto troubles = (*scenario)->troublesOf(unit(1), 2, 1, 0);
    EXPECT_DOUBLE_EQ(troubles.light.chart, 0.6);
    EXPECT_DOUBLE_EQ(troubles.light.ambient, 0.03);
    EXPECT_TRUE(troubles.optics == OpticalFaults{});
}

TEST(Scenario, Mix_NeverDrawsTheLamp) {
    const auto scenario = read("[mix]\ngood = 0\n").value();
    for (const auto& fault : scenario->mix)
        EXPECT_NE(fault.name, "lamp");
}

TEST(Scenario, Intermittent_TakesTheParametersOfItsFault) {
    const std::string entry = "[[unit]]\nindex = 1\nfault = \"intermittent\"\nof = \"dust\"\n";
    const auto scenario = read(entry + "count = 3\nprobability = 0.4\n");
    ASSERT_TRUE(scenario) << scenario.error().message;
    const auto optics = (*scenario)->troublesOf(unit(1), 1, 1, 0).optics;
    EXPECT_EQ(optics.dustCount, 3U);
    EXPECT_EQ(optics.probability, 0.4);
    EXPECT_THAT(complaint(entry + "snr_db = 20\n"), HasSubstr("snr_db"));
}

TEST(Scenario, LinkFaultAtAByteAndAtRandom_IsRefused) {
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\nfault = \"usb-corrupt\"\nat_byte = 7\nprobability = 0.1\n"),
                AllOf(HasSubstr("s.toml:4"), HasSubstr("not both")));
}

TEST(Scenario, PictureThatIsNotThereOrNoJpeg_IsRefused) {
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\npicture = \"none.jpg\"\n"), HasSubstr("none.jpg"));
    EXPECT_THAT(complaint("[[unit]]\nindex = 1\npicture = \"s.toml\"\n"), HasSubstr("no JPEG"));
}

TEST(Scenario, ShippedScenarios_AreValid) {
    const auto folder = std::filesystem::path(FRAMEGATE_SOURCE_DIR) / "fixtures" / "scenarios";
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const auto scenario = readScenario(file.path());
        EXPECT_TRUE(scenario) << scenario.error().message;
        ++count;
    }
    EXPECT_GE(count, 4);
}

} // namespace
} // namespace framegate::simulation
