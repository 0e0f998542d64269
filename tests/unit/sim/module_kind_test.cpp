// SPDX-License-Identifier: GPL-3.0-or-later
//
// What tells the boards apart.
#include "sim/module_kind.h"

#include "unit/sim/module_driver.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace framegate::sim {
namespace {

/// A module on this board that has captured \a bytes.
class Captured : public ModuleDriver {
public:
    Captured(const ModuleKind& board, const std::vector<std::uint8_t>& bytes, Faults faults = {})
        : ModuleDriver(faults, 1, board) {
        module.sensor().overridePicture(160, 120, bytes);
        start(160, 120);
        EXPECT_TRUE(capture());
    }
};

std::vector<std::uint8_t> counting(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return bytes;
}

ModuleKind boardThat(Rewinds rewinds) {
    ModuleKind kind;
    kind.rewinds = rewinds;
    return kind;
}

TEST(ModuleKind, KnownPairsAndNoOthers) {
    EXPECT_THAT(moduleNames(), testing::ElementsAre("ov2640 on mini-2mp", "ov2640 on mini-2mp-plus",
                                                    "ov5642 on mini-5mp", "ov5642 on mini-5mp-plus"));
    EXPECT_EQ(findModule("ov2640", "mini-5mp"), nullptr);
    EXPECT_EQ(findModule("ov9999", "mini-2mp"), nullptr);
    EXPECT_EQ(findModule("ov5642", "mini-5mp")->fifoBytes, 512U << 10U);
    EXPECT_EQ(findModule("ov2640", "mini-2mp")->fifoBytes, 384U << 10U);
}

TEST(ModuleKind, Version_IsTheBoards) {
    for (const int version : {0x40, 0x62, 0x73}) {
        ModuleKind kind;
        kind.version = static_cast<std::uint8_t>(version);
        EXPECT_EQ(ModuleDriver({}, 1, kind).readChip(0x40), version);
    }
}

TEST(ModuleKind, BoardThatSetsNoPolarity_TakesFramesWithoutBeingTold) {
    for (const bool sets : {true, false}) {
        ModuleKind kind;
        kind.setsPolarity = sets;
        ModuleDriver driver({}, 1, kind);
        driver.start(160, 120);
        driver.writeChip(0x03, 0x00);
        ASSERT_TRUE(driver.capture());
        EXPECT_EQ(driver.length() > 8, !sets);
    }
}

TEST(ModuleKind, BoardThatSetsNoPolarity_FailsOnASensorOfTheOther) {
    ModuleKind kind;
    kind.setsPolarity = false;
    Faults inverted;
    inverted.vsyncPolarity = true;
    ModuleDriver driver(inverted, 1, kind);
    driver.start(160, 120);
    ASSERT_TRUE(driver.capture());
    EXPECT_EQ(driver.length(), 8U);
}

TEST(ModuleKind, FrameBeyondTheMemory_FillsItAndNoMore) {
    for (const std::size_t capacity : {0x60000U, 0x80000U}) {
        ModuleKind kind;
        kind.fifoBytes = capacity;
        Captured driver(kind, counting(600'000));
        EXPECT_EQ(driver.length(), capacity);
        const auto bytes = driver.readFifo();
        EXPECT_EQ(bytes.back(), counting(capacity).back());
    }
    EXPECT_EQ(Captured({}, counting(600'000)).length(), 600'000U);
}

TEST(ModuleKind, FrameThatNeverEnds_FillsTheMemorySooner) {
    Faults endless;
    endless.overflow = true;
    ModuleKind kind;
    kind.fifoBytes = 0x80000;
    ModuleDriver driver(endless, 1, kind);
    driver.start(160, 120);
    ASSERT_TRUE(driver.capture(200));
    EXPECT_EQ(driver.length(), 0x80000U);
}

TEST(ModuleKind, DummyByte_ComesBeforeTheFirstAndIsNotCounted) {
    ModuleKind kind;
    kind.dummyByte = true;
    Captured driver(kind, counting(1600));
    EXPECT_EQ(driver.length(), 1600U);
    EXPECT_EQ(driver.readChip(0x3D), 0);
    EXPECT_EQ(driver.readChip(0x3D), 1);
    driver.writeChip(0x04, 0x10);
    EXPECT_EQ(driver.readChip(0x3D), 0) << "and again after a rewind";
    EXPECT_EQ(driver.readChip(0x3D), 1);
}

TEST(ModuleKind, DummyByteAndTheFaultOfOne_AddUp) {
    ModuleKind kind;
    kind.dummyByte = true;
    Faults faults;
    faults.dummyByte = true;
    Captured driver(kind, counting(1600), faults);
    EXPECT_EQ(driver.readChip(0x3D), 0);
    EXPECT_EQ(driver.readChip(0x3D), 0);
    EXPECT_EQ(driver.readChip(0x3D), 1);
}

struct RewindCase {
    Rewinds rewinds;
    std::vector<std::uint8_t> works;
};

TEST(ModuleKind, Rewinding_IsDoneByTheBoardsOwnBits) {
    for (const auto& [rewinds, works] :
         {RewindCase{Rewinds::Never, {}}, RewindCase{Rewinds::Bit4, {0x10, 0x30}},
          RewindCase{Rewinds::Bit5, {0x20, 0x30}}, RewindCase{Rewinds::EitherBit, {0x10, 0x20, 0x30}},
          RewindCase{Rewinds::BothBits, {0x30}}})
        for (const int value : {0x10, 0x20, 0x30}) {
            Captured driver(boardThat(rewinds), counting(1600));
            EXPECT_EQ(driver.readChip(0x3D), 1);
            driver.writeChip(0x04, static_cast<std::uint8_t>(value));
            const bool rewound = std::find(works.begin(), works.end(), value) != works.end();
            EXPECT_EQ(driver.readChip(0x3D), rewound ? 1 : 8) << value;
            EXPECT_EQ(driver.length(), 1600U);
        }
}

} // namespace
} // namespace framegate::sim
