// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/block_erase.h"

#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <algorithm>

namespace framegate::boot {
namespace {

constexpr std::uint32_t smallBlock = 32 * 1024;
constexpr std::uint32_t largeBlock = 64 * 1024;
constexpr std::size_t sectorsInSmallBlock = smallBlock / flashSectorBytes;

// An erased block takes 120 ms, a sector 45 ms, and to write and read back a sector again 30 ms.
constexpr std::size_t worthABlock = 5;

constexpr std::uint16_t eraseCode[] = {
    0xB510,         // push {r4, lr}
    0x2014, 0x8800, // r0 = halfword at 0x14: the ROM's table of functions (RP2040 datasheet 2.8.2)
    0x2218, 0x8812, // r2 = halfword at 0x18: rom_table_lookup(table, code)
    0x4904,         // r1 = 'R', 'E': flash_range_erase
    0x4790, 0x4604, // r4 = r2(r0, r1)
    0x4803, 0x4904, // r0 = offset in flash, r1 = bytes
    0x4A04, 0x4B05, // r2 = bytes of a block, r3 = the flash's command for it
    0x47A0, 0xBD10, // r4(r0, r1, r2, r3); pop {r4, pc}
};

std::uint32_t blockOf(std::uint8_t flashCommand) {
    return flashCommand == 0xD8 ? largeBlock : smallBlock;
}

/// The step that begins at the run's start.
EraseStep firstStep(Stretch run, bool largeBlocks) {
    const auto fits = [&](std::uint32_t block) { return run.address % block == 0 && run.size >= block; };
    if (largeBlocks && fits(largeBlock)) return {{run.address, largeBlock}, 0xD8};
    if (largeBlocks && fits(smallBlock)) return {{run.address, smallBlock}, 0x52};
    const auto toBlock = smallBlock - run.address % smallBlock;
    return {{run.address, std::min(run.size, largeBlocks ? toBlock : largeBlock)}, 0x20};
}

} // namespace

void widenErases(std::vector<SectorPlan>& sectors) {
    for (std::size_t i = 0; i + sectorsInSmallBlock <= sectors.size(); ++i) {
        const auto block = std::span(sectors).subspan(i, sectorsInSmallBlock);
        const bool whole = block.front().address % smallBlock == 0 &&
                           block.back().address - block.front().address == smallBlock - flashSectorBytes;
        const auto dirty = std::count_if(block.begin(), block.end(), [](const auto& s) { return s.erase; });
        if (!whole || static_cast<std::size_t>(dirty) < worthABlock) continue;
        for (auto& sector : block)
            sector.erase = sector.write = true;
    }
}

std::vector<EraseStep> eraseSteps(const std::vector<Stretch>& runs, bool largeBlocks) {
    std::vector<EraseStep> steps;
    for (auto run : runs) {
        while (run.size > 0) {
            steps.push_back(firstStep(run, largeBlocks));
            run.address += steps.back().run.size;
            run.size -= steps.back().run.size;
        }
    }
    return steps;
}

std::vector<std::byte> eraseProgram(const EraseStep& step) {
    std::vector<std::byte> bytes;
    for (const std::uint16_t half : eraseCode) {
        bytes.push_back(static_cast<std::byte>(half & 0xFF));
        bytes.push_back(static_cast<std::byte>(half >> 8));
    }
    const std::uint32_t words[] = {'R' | 'E' << 8, step.run.address - flashBase, step.run.size,
                                   blockOf(step.flashCommand), step.flashCommand};
    for (const auto word : words) {
        bytes.resize(bytes.size() + 4);
        write32(bytes, bytes.size() - 4, word);
    }
    return bytes;
}

} // namespace framegate::boot
