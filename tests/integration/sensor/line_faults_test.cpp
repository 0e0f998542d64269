// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/virtual_bench.h"
#include "support/virtual_lot.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::VirtualLot;

struct WireFault {
    const char* fault;
    const char* pin; ///< and, for a short, to what
    const char* to;
    Outcome outcome;
    const char* code;
    const char* named; ///< in the detail
};

constexpr auto fail = Outcome::Fail;

const WireFault wireFaults[] = {
    {"open", "cs", "", fail, "SPI_SCRATCH", "ArduChip"},
    {"open", "sck", "", fail, "SPI_SCRATCH", "ArduChip"},
    {"open", "mosi", "", fail, "SPI_SCRATCH", "ArduChip"},
    {"open", "miso", "", fail, "SPI_SCRATCH", "0xff"},
    {"open", "sda", "", fail, "LINE_OPEN", "SDA lacks"},
    {"open", "scl", "", fail, "LINE_OPEN", "SCL lacks"},
    {"open", "vcc", "", fail, "MODULE_UNPOWERED", "VCC is open"},
    {"open", "gnd", "", fail, "MODULE_UNPOWERED", "GND is open"},
    {"short", "cs", "gnd", fail, "LINE_SHORT", "CS stays low"},
    {"short", "cs", "vcc", fail, "LINE_SHORT", "CS stays high"},
    {"short", "cs", "mosi", fail, "LINE_SHORT", "CS and MOSI"},
    {"short", "mosi", "gnd", fail, "LINE_SHORT", "MOSI stays low"},
    {"short", "mosi", "vcc", fail, "LINE_SHORT", "MOSI stays high"},
    {"short", "mosi", "cs", fail, "LINE_SHORT", "CS and MOSI"},
    {"short", "mosi", "miso", fail, "LINE_SHORT", "MOSI and MISO"},
    {"short", "miso", "gnd", fail, "LINE_SHORT", "MISO stays low"},
    {"short", "miso", "vcc", fail, "LINE_SHORT", "MISO stays high"},
    {"short", "miso", "mosi", fail, "LINE_SHORT", "MOSI and MISO"},
    {"short", "miso", "sck", fail, "LINE_SHORT", "SCK and MISO"},
    {"short", "sck", "gnd", fail, "LINE_SHORT", "SCK stays low"},
    {"short", "sck", "vcc", fail, "LINE_SHORT", "SCK stays high"},
    {"short", "sck", "miso", fail, "LINE_SHORT", "SCK and MISO"},
    {"short", "sda", "gnd", fail, "LINE_SHORT", "SDA stays low"},
    {"short", "sda", "vcc", fail, "LINE_SHORT", "SDA stays high"},
    {"short", "sda", "scl", fail, "LINE_SHORT", "SDA and SCL"},
    {"short", "scl", "gnd", fail, "LINE_SHORT", "SCL stays low"},
    {"short", "scl", "vcc", fail, "LINE_SHORT", "SCL stays high"},
    {"short", "scl", "sda", fail, "LINE_SHORT", "SDA and SCL"},
    {"short", "gnd", "vcc", fail, "SUPPLY_SHORT", "mA"},
    {"short", "gnd", "sck", fail, "LINE_SHORT", "SCK stays low"},
    {"short", "vcc", "gnd", fail, "SUPPLY_SHORT", "mA"},
    {"short", "vcc", "sda", fail, "LINE_SHORT", "SDA stays high"},
    {"absent", "", "", Outcome::Error, "NO_MODULE", "no wire is loaded"},
    {"sensor-dead", "", "", fail, "SENSOR_NO_ACK", ""},
};

/// Bad units with odd indices; what follows each in the slot is good.
std::string scenarioOf(const WireFault* begin, const WireFault* end) {
    std::string text;
    for (const auto* fault = begin; fault != end; ++fault) {
        text += fmt::format("[[unit]]\nindex = {}\nfault = \"{}\"\n", 2 * (fault - begin) + 1, fault->fault);
        if (*fault->pin != 0) text += fmt::format("pin = \"{}\"\n", fault->pin);
        if (*fault->to != 0) text += fmt::format("to = \"{}\"\n", fault->to);
    }
    return text;
}

const TestRecord& latestOf(const VirtualLot& lot, unsigned index) {
    const auto serial = Serial::numbered(index).text();
    const auto found = std::find_if(lot.store.records.rbegin(), lot.store.records.rend(),
                                    [&](const TestRecord& record) { return record.serial == serial; });
    EXPECT_NE(found, lot.store.records.rend()) << serial;
    return *found;
}

bool measured(const TestRecord& record, std::string_view name) {
    return std::any_of(record.measurements.begin(), record.measurements.end(),
                       [&](const Measurement& m) { return m.reading.name == name; });
}

class WireFaultLot : public testing::TestWithParam<const char*> {};

TEST_P(WireFaultLot, EveryWireFault_IsNamedAndTheSlotPassesTheNextUnit) {
    const auto count = std::size(wireFaults);
    VirtualLot lot(static_cast<unsigned>(2 * count), 1,
                   scenarioOf(std::begin(wireFaults), std::end(wireFaults)), GetParam());
    ASSERT_TRUE(lot.run());
    for (std::size_t i = 0; i < count; ++i) {
        const auto& fault = wireFaults[i];
        SCOPED_TRACE(fmt::format("{} {} {}", fault.fault, fault.pin, fault.to));
        const auto& bad = latestOf(lot, static_cast<unsigned>(2 * i + 1));
        EXPECT_EQ(bad.outcome, fault.outcome);
        EXPECT_EQ(bad.failureCode, fault.code) << bad.failureDetail;
        EXPECT_THAT(bad.failureDetail, testing::HasSubstr(fault.named));
        EXPECT_LT(bad.duration, lot.plan.unitTimeLimit);
        const auto& next = latestOf(lot, static_cast<unsigned>(2 * i + 2));
        EXPECT_EQ(next.outcome, Outcome::Pass) << next.failureCode << " " << next.failureDetail;
        EXPECT_TRUE(measured(next, "supply_current") && measured(next, "standby_current"));
    }
}

INSTANTIATE_TEST_SUITE_P(Sensors, WireFaultLot, testing::Values("ov2640-quick.toml", "ov5642-quick.toml"),
                         [](const auto& tested) { return std::string(tested.param, 6); });

/// What works over the wires finds each of these faults too, if less by name.
TEST_P(WireFaultLot, WithoutTheLineTest_NoWireFaultPasses) {
    const auto count = std::size(wireFaults);
    VirtualLot lot(static_cast<unsigned>(2 * count), 1,
                   scenarioOf(std::begin(wireFaults), std::end(wireFaults)), GetParam());
    std::erase_if(lot.plan.main, [](const StepSpec& spec) { return spec.type == "line-test"; });
    ASSERT_TRUE(lot.run());
    for (std::size_t i = 0; i < count; ++i) {
        const auto& fault = wireFaults[i];
        SCOPED_TRACE(fmt::format("{} {} {}", fault.fault, fault.pin, fault.to));
        const auto& bad = latestOf(lot, static_cast<unsigned>(2 * i + 1));
        const std::string pin = fault.pin;
        const bool supply = pin == "vcc" || pin == "gnd" || pin.empty();
        EXPECT_TRUE(bad.outcome == Outcome::Fail || (supply && bad.failureCode == "NO_MODULE") ||
                    bad.failureCode == "SENSOR_NO_ACK")
            << bad.failureCode << ": " << bad.failureDetail;
        EXPECT_EQ(latestOf(lot, static_cast<unsigned>(2 * i + 2)).outcome, Outcome::Pass);
    }
}

/// A virtual bench as the station has it, with fixtures of another build.
class OtherBench : public BenchAccess {
public:
    explicit OtherBench(simulation::BenchOptions options)
        : bench_(simulation::VirtualBench::create(std::move(options)).value()), layout_(bench_->layout()) {}
    UsbBackend& usb() override { return *bench_; }
    UnitLoader& loader() override { return *bench_; }
    const StationLayout& layout() const override { return layout_; }

private:
    std::unique_ptr<simulation::VirtualBench> bench_;
    StationLayout layout_;
};

/// One run of each fault on such a bench, in the order of indices.
std::vector<TestRecord> recordsOn(simulation::BenchOptions options, const std::string& scenario,
                                  unsigned units) {
    VirtualLot lot(units, 1);
    options.scenario = simulation::readScenario(lot.folder.write("other.toml", scenario)).value();
    options.seed = 11;
    options.seedGiven = true;
    lot.bench = std::make_unique<OtherBench>(std::move(options));
    EXPECT_TRUE(lot.run());
    std::vector<TestRecord> latest;
    for (unsigned i = 1; i <= units; ++i)
        latest.push_back(latestOf(lot, i));
    return latest;
}

TEST(FixtureWithoutAdc, WhatLacksSupply_IsOneClassWithAnEmptySlot) {
    simulation::BenchOptions options;
    options.measuresSupply = false;
    const auto records = recordsOn(options,
                                   "[[unit]]\nindex = 1\nfault = \"absent\"\n"
                                   "[[unit]]\nindex = 2\nfault = \"open\"\npin = \"gnd\"\n"
                                   "[[unit]]\nindex = 3\nfault = \"open\"\npin = \"vcc\"\n"
                                   "[[unit]]\nindex = 4\nfault = \"short\"\npin = \"vcc\"\nto = \"gnd\"\n",
                                   5);
    EXPECT_EQ(records[0].failureCode, "NO_MODULE");
    EXPECT_EQ(records[1].failureCode, "NO_MODULE");
    EXPECT_EQ(records[1].outcome, Outcome::Error);
    EXPECT_EQ(records[2].failureCode, "NO_MODULE") << records[2].failureDetail;
    EXPECT_THAT(records[2].failureDetail, testing::HasSubstr("SDA and SCL are loaded"));
    EXPECT_EQ(records[3].failureCode, "NO_MODULE") << records[3].failureDetail;
    EXPECT_EQ(records[4].outcome, Outcome::Pass) << records[4].failureCode;
    EXPECT_FALSE(measured(records[4], "supply_rail") || measured(records[4], "standby_current"));
    EXPECT_TRUE(measured(records[4], "line_sda_rise_time"));
}

TEST(FixtureWithSwitch, UnpoweredModule_ShowsItsLoadAndThenPasses) {
    simulation::BenchOptions options;
    options.supplySwitch = true;
    const auto records = recordsOn(options, "[[unit]]\nindex = 1\nfault = \"absent\"\n", 2);
    EXPECT_EQ(records[0].failureCode, "NO_MODULE");
    EXPECT_EQ(records[1].outcome, Outcome::Pass) << records[1].failureCode << records[1].failureDetail;
    EXPECT_TRUE(measured(records[1], "lines_loaded_without_supply"));
}

} // namespace
} // namespace framegate
