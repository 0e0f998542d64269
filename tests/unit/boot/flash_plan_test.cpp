// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flash_plan.h"

#include "boot/block_erase.h"
#include "boot/board_identity.h"
#include "boot/memory_map.h"
#include "simulation/bootsel_program.h"
#include "support/firmware_files.h"

#include <functional>
#include <gmock/gmock.h>

namespace framegate::boot {
namespace {

using ::testing::ElementsAre;

/// Sectors side by side from an offset on; \a marks has one letter each: E erase and write, W write, = equal.
std::vector<SectorPlan> planned(std::uint32_t offset, const std::string& marks) {
    std::vector<SectorPlan> sectors;
    for (const char mark : marks) {
        sectors.push_back({flashBase + offset, test::noise(4096, offset), mark == 'E', mark != '='});
        offset += flashSectorBytes;
    }
    return sectors;
}

std::string marksOf(const std::vector<SectorPlan>& sectors) {
    std::string marks;
    for (const auto& sector : sectors)
        marks += sector.erase ? 'E' : sector.write ? 'W' : '=';
    return marks;
}

std::string widened(std::uint32_t offset, const std::string& marks) {
    auto sectors = planned(offset, marks);
    widenErases(sectors);
    return marksOf(sectors);
}

/// As "offset+size:command" in KiB.
std::string stepsOf(std::uint32_t offset, const std::string& marks, bool large) {
    std::string text;
    for (const auto& step : eraseSteps(eraseRuns(planned(offset, marks)), large))
        text += std::to_string((step.run.address - flashBase) / 1024) + "+" +
                std::to_string(step.run.size / 1024) + ":" + std::to_string(step.flashCommand) + " ";
    return text;
}

TEST(FlashPlan, WriteRuns_LeaveOutBlankPagesAndTheKeyPage) {
    auto sectors = planned(0, "E=E");
    std::fill_n(sectors[0].bytes.begin() + 1024, 512, std::byte{0xFF});
    EXPECT_THAT(writeRuns(sectors, flashBase, 65536),
                ElementsAre(Stretch{flashBase + 256, 768}, Stretch{flashBase + 1536, 2560},
                            Stretch{flashBase + 8192, 4096}));
}

TEST(FlashPlan, Stretches_StayBelowTheLimit) {
    EXPECT_THAT(verifyRuns(planned(0, "EWE"), 8192),
                ElementsAre(Stretch{flashBase, 8192}, Stretch{flashBase + 8192, 4096}));
}

TEST(FlashPlan, BytesAt_CrossSectors) {
    const auto sectors = planned(0, "EE");
    const auto bytes = bytesAt(sectors, {flashBase + 3840, 512});
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 256, sectors[0].bytes.begin() + 3840));
    EXPECT_TRUE(std::equal(bytes.begin() + 256, bytes.end(), sectors[1].bytes.begin()));
}

/// Sectors of an image of 96 KiB, found in a flash of \a flashBytes.
std::vector<SectorPlan> foundIn(std::uint32_t flashBytes,
                                const std::function<test::Bytes(std::uint32_t)>& pageAt) {
    auto sectors = planned(0, std::string(24, 'E'));
    for (auto& sector : sectors)
        sector.firstPage = pageAt((sector.address - flashBase) % flashBytes);
    return sectors;
}

TEST(FlashRepeats, ContentThatComesRound_TellsTheSize) {
    const auto program = [](std::uint32_t at) { return test::noise(256, at); };
    EXPECT_EQ(flashBytesByRepeats(foundIn(64 * 1024, program)), 64U * 1024);
    EXPECT_EQ(flashBytesByRepeats(foundIn(128 * 1024, program)), std::nullopt);
}

TEST(FlashRepeats, BlankOrUniformFlash_TellsNothing) {
    const auto blank = [](std::uint32_t) { return test::Bytes(256, std::byte{0xFF}); };
    const auto zeros = [](std::uint32_t) { return test::Bytes(256, std::byte{0}); };
    EXPECT_EQ(flashBytesByRepeats(foundIn(64 * 1024, blank)), std::nullopt);
    EXPECT_EQ(flashBytesByRepeats(foundIn(64 * 1024, zeros)), std::nullopt);
    EXPECT_EQ(flashBytesByRepeats({}), std::nullopt);
}

TEST(FlashRepeats, TwoBootStagesAlike_AreNoRepeat) {
    const auto program = [](std::uint32_t at) { return test::noise(256, at == 0x10000 ? 0 : at); };
    EXPECT_EQ(flashBytesByRepeats(foundIn(1 << 20, program)), std::nullopt);
}

TEST(EraseSteps, WithoutLargeBlocks_AreSectorsOf64KiBAtMost) {
    EXPECT_EQ(stepsOf(0, std::string(20, 'E'), false), "0+64:32 64+16:32 ");
    EXPECT_EQ(stepsOf(4096, "E=EE", false), "4+4:32 12+8:32 ");
}

TEST(EraseSteps, WithLargeBlocks_TakeTheLargestThatFits) {
    EXPECT_EQ(stepsOf(0, std::string(16, 'E'), true), "0+64:216 ");
    EXPECT_EQ(stepsOf(0, std::string(13, 'E'), true), "0+32:82 32+20:32 ");
    EXPECT_EQ(stepsOf(28672, std::string(26, 'E'), true), "28+4:32 32+32:82 64+64:216 128+4:32 ");
}

TEST(WidenErases, MostlyDirtyBlock_IsTakenWhole) {
    EXPECT_EQ(widened(0, "EE=E=WEE="), "EEEEEEEE=");
    EXPECT_EQ(widened(0, "EE=E=WE=="), "EE=E=WE==");
}

TEST(WidenErases, BlockThatReachesBeyondTheImage_IsNot) {
    EXPECT_EQ(widened(0, "EEEEEE="), "EEEEEE=");
    EXPECT_EQ(widened(4096, "EEEEEE=="), "EEEEEE==");
    auto sectors = planned(0, "EEEEEE==");
    sectors[7].address += flashSectorBytes; // a gap
    widenErases(sectors);
    EXPECT_EQ(marksOf(sectors), "EEEEEE==");
}

/// A flash that notes what is asked of it.
class NotingFlash : public simulation::ProgramSurroundings {
public:
    void erase(const simulation::RangeErase& range) override { calls.push_back(range); }
    void selectFlash(bool selected) override { selects.push_back(selected); }
    std::uint8_t exchange(std::uint8_t byte) override {
        sent.push_back(byte);
        return static_cast<std::uint8_t>(0x10 + sent.size());
    }
    bool run(std::vector<std::byte>& program) {
        return simulation::runProgram(program, ramBase, ramBase, *this);
    }
    std::vector<simulation::RangeErase> calls;
    std::vector<bool> selects;
    std::vector<std::uint8_t> sent;
};

TEST(EraseProgram, CallsTheRomWithTheBlock) {
    NotingFlash flash;
    auto code = eraseProgram({{flashBase + 0x18000, 0x8000}, 0x52});
    ASSERT_TRUE(flash.run(code));
    ASSERT_EQ(flash.calls.size(), 1U);
    EXPECT_EQ(flash.calls[0].offset, 0x18000U);
    EXPECT_EQ(flash.calls[0].bytes, 0x8000U);
    EXPECT_EQ(flash.calls[0].block, 0x8000U);
    EXPECT_EQ(flash.calls[0].command, 0x52U);
}

TEST(EraseProgram, Damaged_IsALostChip) {
    for (std::size_t at = 0; at < 28; at += 2) {
        NotingFlash flash;
        auto code = eraseProgram({{flashBase, 65536}, 0xD8});
        code[at + 1] = std::byte{0xDE}; // undefined
        EXPECT_FALSE(flash.run(code)) << at;
    }
}

TEST(ExchangeProgram, SendsAllBetweenSelectAndRelease) {
    NotingFlash flash;
    auto code = exchangeProgram(0x9F, 4);
    ASSERT_TRUE(flash.run(code));
    EXPECT_EQ(flash.selects, (std::vector<bool>{true, false}));
    EXPECT_EQ(flash.sent, (std::vector<std::uint8_t>{0x9F, 0, 0, 0}));
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(code[exchangeProgramBytes + i], static_cast<std::byte>(0x11 + i));
}

TEST(ExchangeProgram, Damaged_IsALostChip) {
    for (std::size_t at = 0; at < 48; at += 2) {
        NotingFlash flash;
        auto code = exchangeProgram(0x9F, 4);
        code[at + 1] = std::byte{0xDE};
        EXPECT_FALSE(flash.run(code)) << at;
    }
}

TEST(FlashSize, IsWhatTheThirdByteSaysIfItMaySayThat) {
    EXPECT_EQ(flashBytesOf(0xEF4015), 2U << 20);
    EXPECT_EQ(flashBytesOf(0xC22018), 16U << 20);
    EXPECT_EQ(flashBytesOf(0xBF2641), std::nullopt); // SST26VF016B: no power of two
    EXPECT_EQ(flashBytesOf(0x1F8501), std::nullopt); // AT25SF081
    EXPECT_EQ(flashBytesOf(0xFFFFFF), std::nullopt);
    EXPECT_EQ(flashBytesOf(0), std::nullopt);
}

} // namespace
} // namespace framegate::boot
