// SPDX-License-Identifier: GPL-3.0-or-later
//
// `framegate run` on four slots over the kernel's usbfs: good units, a bad one, and boards that are pulled
// out while their unit is tested.
#include "guest_bench.h"
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

std::string station() {
    std::string text = "name = \"guest\"\n";
    for (int slot = 1; slot <= slots; ++slot)
        text += "[[slot]]\nnumber = " + std::to_string(slot) + "\nport = \"" + portOf(slot) + "\"\n";
    return text;
}

/// One lot, with its units' rows by slot, in order of runs.
class GuestLot {
public:
    GuestLot() {
        guestBench().allBecome("firmware");
        const auto events = folder_ / "events";
        Program run({FRAMEGATE_BIN_DIR "/framegate", "run", "--plan",
                     projectFolder + "/fixtures/plans/ov2640-quick.toml", "--station",
                     folder_.write("station.toml", station()), "--units", std::to_string(slots), "--out",
                     folder_ / "lot", "--events", events});
        pull(run, pulledSlot, false);
        pull(run, changedSlot, true);
        status = run.wait();
        told = run.err() + run.out();
        for (auto& row : parseCsv(readText(folder_ / "lot" / "units.csv")))
            rows[std::stoi(row["slot"])].push_back(row);
    }
    const Row& last(int slot) { return rows[slot].back(); }

    int status = -1;
    std::string told;
    std::map<int, std::vector<Row>> rows;

private:
    /// Out in the middle of the large picture, and in again. \a button: with BOOTSEL held.
    void pull(const Program& run, int slot, bool button) {
        const auto event =
            "\"slot\":" + std::to_string(slot) + ",\"step\":\"capture\",\"resolution\":\"1600x1200\"";
        pulled = run.await(folder_ / "events", event) && pulled;
        guestBench().served().unplug(slot);
        guestBench().served().plug(slot, button);
    }

    TempFolder folder_;

public:
    bool pulled = true;
};

/// Tested once, looked at by several tests.
GuestLot& lot() {
    static GuestLot lot;
    return lot;
}

TEST(Lot, OverRealUsb_GoodUnitPassesAndBadOneFails) {
    ASSERT_EQ(lot().rows.size(), std::size_t{slots}) << lot().told;
    EXPECT_EQ(lot().last(goodSlot)["outcome"], "PASS") << lot().told;
    EXPECT_EQ(lot().rows[goodSlot].size(), 1U);
    EXPECT_EQ(lot().last(badSlot)["outcome"], "FAIL") << lot().told;
}
