// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace framegate::boot {

/// A sector as it is to be, and what has to be done to it.
struct SectorPlan {
    std::uint32_t address = 0;
    std::vector<std::byte> bytes; ///< 4096; 0xFF where the image has nothing
    bool erase = true;
    bool write = true;
    std::vector<std::byte> firstPage = {}; ///< as it was found; empty until it was read
};

/// The sectors that a flash image touches, by address.
std::vector<SectorPlan> sectorsOf(const FirmwareImage& image);

/// The size of the flash, if its content shows that it is too small for \a sectors: addresses beyond it come
/// round again, so that what is found there is what is found at the beginning. None where the content does
/// not say so: with a blank flash it never does.
std::optional<std::uint32_t> flashBytesByRepeats(const std::vector<SectorPlan>& sectors);

/// A stretch of flash for one command.
struct Stretch {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    auto operator<=>(const Stretch&) const = default;
};

/// Sectors to be erased, neighbours together.
std::vector<Stretch> eraseRuns(const std::vector<SectorPlan>& sectors);

/// Pages to be written, neighbours together: those that are blank anyhow and the one at \a keyPage are left
/// out.
std::vector<Stretch> writeRuns(const std::vector<SectorPlan>& sectors, std::uint32_t keyPage,
                               std::uint32_t limit);

/// Whole sectors to be read back, neighbours together.
std::vector<Stretch> verifyRuns(const std::vector<SectorPlan>& sectors, std::uint32_t limit);

/// What \a sectors hold at a stretch that lies in them.
std::vector<std::byte> bytesAt(const std::vector<SectorPlan>& sectors, Stretch run);

/// Is every byte 0xFF, as an erase leaves it?
bool isBlank(std::span<const std::byte> bytes);

} // namespace framegate::boot
