// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/flash_plan.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace framegate::boot {

/// A way to erase: by the boot ROM's own command, sector by sector, or by a larger block of the flash chip.
struct EraseStep {
    Stretch run;
    std::uint8_t flashCommand = 0x20; ///< 0x20: sectors; 0x52: 32 KiB, 0xD8: 64 KiB blocks (JEDEC)
    bool large() const { return flashCommand != 0x20; }
};

/// Takes whole 32 KiB blocks out where that is quicker than sector by sector, though sectors that are equal
/// have to be written again then. Only blocks that lie in \a sectors as a whole: nothing else is lost.
void widenErases(std::vector<SectorPlan>& sectors);

/// The steps in which \a runs are erased, in their order: the largest blocks that fit where \a largeBlocks,
/// else sectors, at most 64 KiB of them at once.
std::vector<EraseStep> eraseSteps(const std::vector<Stretch>& runs, bool largeBlocks);

/// A program for an RP2040's RAM that erases the step's flash with the ROM's flash_range_erase() and returns.
/// The ROM's own erase command never uses large blocks, its table of functions does. Thumb code that runs
/// wherever it is loaded, at a multiple of four.
std::vector<std::byte> eraseProgram(const EraseStep& step);

} // namespace framegate::boot
