// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flash_plan.h"

#include "boot/memory_map.h"

#include <algorithm>
#include <set>

namespace framegate::boot {
namespace {

constexpr std::uint32_t smallestFlash = 64 * 1024;
constexpr std::uint32_t pagesInSector = flashSectorBytes / flashPageBytes;

/// Lengthens the last run, or begins another.
void extend(std::vector<Stretch>& runs, std::uint32_t address, std::uint32_t size, std::uint32_t limit) {
    const bool joins = !runs.empty() && runs.back().address + runs.back().size == address &&
                       runs.back().size + size <= limit;
    if (joins)
        runs.back().size += size;
    else
        runs.push_back({address, size});
}

const SectorPlan& sectorAt(const std::vector<SectorPlan>& sectors, std::uint32_t address) {
    const auto base = address / flashSectorBytes * flashSectorBytes;
    return *std::lower_bound(sectors.begin(), sectors.end(), base,
                             [](const SectorPlan& sector, std::uint32_t at) { return sector.address < at; });
}

SectorPlan& sectorFor(std::vector<SectorPlan>& sectors, std::uint32_t base) {
    if (sectors.empty() || sectors.back().address != base)
        sectors.push_back({base, std::vector<std::byte>(flashSectorBytes, std::byte{0xFF})});
    return sectors.back();
}

const SectorPlan* findSector(const std::vector<SectorPlan>& sectors, std::uint32_t address) {
    const auto found =
        std::lower_bound(sectors.begin(), sectors.end(), address,
                         [](const SectorPlan& sector, std::uint32_t at) { return sector.address < at; });
    return found == sectors.end() || found->address != address ? nullptr : &*found;
}

/// Whether all that is found from \a distance on is what is found so much before, and it is not the same all
/// over: two boot stages may well be alike, two programs are not.
bool repeatsAfter(const std::vector<SectorPlan>& sectors, std::uint32_t distance) {
    std::set<std::vector<std::byte>> different;
    for (const auto& sector : sectors) {
        if (sector.address - flashBase < distance) continue;
        const auto* before = findSector(sectors, sector.address - distance);
        if (before == nullptr) continue;
        if (before->firstPage != sector.firstPage) return false;
        if (!isBlank(sector.firstPage)) different.insert(sector.firstPage);
    }
    return different.size() >= 2;
}

} // namespace

std::optional<std::uint32_t> flashBytesByRepeats(const std::vector<SectorPlan>& sectors) {
    if (sectors.empty()) return std::nullopt;
    const auto last = sectors.back().address - flashBase;
    for (std::uint32_t size = smallestFlash; size <= last; size *= 2)
        if (repeatsAfter(sectors, size)) return size;
    return std::nullopt;
}

bool isBlank(std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0xFF}; });
}

std::vector<SectorPlan> sectorsOf(const FirmwareImage& image) {
    std::vector<SectorPlan> sectors;
    for (const auto& segment : image.segments) {
        for (std::size_t at = 0; at < segment.bytes.size();) {
            const auto address = static_cast<std::uint32_t>(segment.address + at);
            const auto offset = address % flashSectorBytes;
            const auto size = std::min<std::size_t>(flashSectorBytes - offset, segment.bytes.size() - at);
            auto& sector = sectorFor(sectors, address - offset);
            std::copy_n(segment.bytes.begin() + static_cast<std::ptrdiff_t>(at), size,
                        sector.bytes.begin() + offset);
            at += size;
        }
    }
    return sectors;
}

std::vector<Stretch> eraseRuns(const std::vector<SectorPlan>& sectors) {
    std::vector<Stretch> runs;
    for (const auto& sector : sectors)
        if (sector.erase) extend(runs, sector.address, flashSectorBytes, UINT32_MAX);
    return runs;
}

std::vector<Stretch> writeRuns(const std::vector<SectorPlan>& sectors, std::uint32_t keyPage,
                               std::uint32_t limit) {
    std::vector<Stretch> runs;
    for (const auto& sector : sectors) {
        for (std::uint32_t page = 0; sector.write && page < pagesInSector; ++page) {
            const auto offset = page * flashPageBytes;
            const auto bytes = std::span(sector.bytes).subspan(offset, flashPageBytes);
            if (sector.address + offset != keyPage && !isBlank(bytes))
                extend(runs, sector.address + offset, flashPageBytes, limit);
        }
    }
    return runs;
}

std::vector<Stretch> verifyRuns(const std::vector<SectorPlan>& sectors, std::uint32_t limit) {
    std::vector<Stretch> runs;
    for (const auto& sector : sectors)
        if (sector.write) extend(runs, sector.address, flashSectorBytes, limit);
    return runs;
}

std::vector<std::byte> bytesAt(const std::vector<SectorPlan>& sectors, Stretch run) {
    std::vector<std::byte> bytes;
    bytes.reserve(run.size);
    while (bytes.size() < run.size) {
        const auto address = static_cast<std::uint32_t>(run.address + bytes.size());
        const auto offset = address % flashSectorBytes;
        const auto size = std::min<std::size_t>(flashSectorBytes - offset, run.size - bytes.size());
        const auto from = sectorAt(sectors, address).bytes.begin() + offset;
        bytes.insert(bytes.end(), from, from + static_cast<std::ptrdiff_t>(size));
    }
    return bytes;
}

} // namespace framegate::boot
