// SPDX-License-Identifier: GPL-3.0-or-later
//
// `framegate run` on four slots over the kernel's usbfs: good units, a bad one, and boards that are pulled
// out while their unit is tested.
#include "guest_bench.h"
#include "guest_firmware.h"
#include "guest_station.h"
#include "support/csv.h"

#include <gmock/gmock.h>
#include <map>

namespace framegate::test {
namespace {

using Row = std::map<std::string, std::string>;

constexpr int slots = 4;
constexpr int goodSlot = 1;
constexpr int badSlot = 2;
constexpr int pulledSlot = 3;
constexpr int changedSlot = 4;

const std::string plan = projectFolder + "/fixtures/plans/ov2640-quick.toml";

/// What is plugged in anew gets another unit; until then slots and units have the same numbers.
std::string scenario() {
    return "[[unit]]\nindex = " + std::to_string(badSlot) + "\nfault = \"wrong-sensor\"\n";
}

std::string station(int number = slots) {
    std::string text = "name = \"guest\"\n";
    for (int slot = 1; slot <= number; ++slot)
        text += "[[slot]]\nnumber = " + std::to_string(slot) + "\nport = \"" + portOf(slot) + "\"\n";
    return text;
}

/// One lot, with its units' rows by slot, in order of runs.
class GuestLot {
public:
    GuestLot() {
        auto& bench =
            newGuestBench(slots, {"--plan", plan, "--scenario", folder_.write("bad.toml", scenario())});
        bench.awaitAll();
        const auto events = folder_ / "events";
        Program run({FRAMEGATE_BIN_DIR "/framegate", "run", "--plan", plan, "--station",
                     folder_.write("station.toml", station()), "--units", std::to_string(slots), "--out",
                     folder_ / "lot", "--events", events});
        auto& served = bench.served();
        for (const int slot : {pulledSlot, changedSlot}) {
            run.await(events, "\"slot\":" + std::to_string(slot) + ",\"step\":\"capture\"");
            served.unplug(slot);
        }
        served.plug(pulledSlot);
        served.plug(changedSlot, true); // with BOOTSEL held
        status = run.wait();
        told = run.err() + run.out();
        for (auto& row : parseCsv(readText(folder_ / "lot" / "units.csv")))
            rows[std::stoi(row["slot"])].push_back(row);
    }
    /// "PASS", or "ERROR PASS" where the unit was tested twice.
    std::string outcomes(int slot) {
        std::string all;
        for (const auto& row : rows[slot])
            all += (all.empty() ? "" : " ") + row.at("outcome");
        return all;
    }

    int status = -1;
    std::string told;
    std::map<int, std::vector<Row>> rows;

private:
    TempFolder folder_;
};

/// Tested once, looked at by several tests.
GuestLot& lot() {
    static GuestLot lot;
    return lot;
}

TEST(Lot, OverRealUsb_GoodUnitPassesAndBadOneFails) {
    EXPECT_EQ(lot().outcomes(goodSlot), "PASS") << lot().told;
    EXPECT_EQ(lot().outcomes(badSlot), "FAIL") << lot().told;
}

TEST(Lot, BoardPulledOutInMidRun_IsAnErrorOfTheStationAndIsRepeated) {
    EXPECT_THAT(lot().outcomes(pulledSlot), testing::AnyOf("ERROR PASS", "ERROR ERROR")) << lot().told;
    EXPECT_NE(lot().rows[pulledSlot].front().at("failure_code"), "");
}

TEST(Lot, BoardThatComesBackInBootsel_IsAnErrorNeverAVerdict) {
    EXPECT_EQ(lot().outcomes(changedSlot), "ERROR ERROR") << lot().told;
    EXPECT_EQ(lot().status, 3);
}

/// The plan, with the test firmware loaded into RAM first; what it names lies beside its folder.
std::string writePlanWithRam(const TempFolder& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(projectFolder + "/fixtures"))
        if (entry.path().filename() != "plans")
            std::filesystem::create_symlink(entry.path(), folder / entry.path().filename().string());
    std::filesystem::create_directory(folder / "plans");
    return folder.write("plans/ram.toml", readText(plan) + "\n[firmware]\ntest = \"ram\"\n");
}

TEST(LotFromRam, BoardsInBootsel_GetTheTestFirmwareAndTestTheirUnits) {
    readImage(ramFirmware); // says what to do where it is missing
    const TempFolder folder;
    auto& bench = newGuestBench(2, {"--plan", plan});
    bench.awaitAll();
    bench.allBecome("bootsel");
    const auto ran =
        framegate({"run", "--plan", writePlanWithRam(folder), "--station",
                   folder.write("station.toml", station(2)), "--units", "2", "--out", folder / "lot"});
    ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
    for (const int slot : {1, 2})
        EXPECT_TRUE(awaitInKernel(portOf(slot), "firmware"));
}

} // namespace
} // namespace framegate::test
