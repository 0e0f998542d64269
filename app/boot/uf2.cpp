// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/uf2.h"

#include "boot/little_endian.h"
#include "boot/pieces.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace framegate::boot {
namespace {

constexpr std::size_t blockBytes = 512;
constexpr std::size_t dataOffset = 32;
constexpr std::size_t dataBytes = 476;
constexpr std::size_t md5Bytes = 24; // address, length and digest, at the end of the data
constexpr std::uint32_t magicFirst = 0x0A324655;
constexpr std::uint32_t magicSecond = 0x9E5D5157;
constexpr std::uint32_t magicLast = 0x0AB16F30;
constexpr std::uint32_t notMainFlash = 0x00000001;
constexpr std::uint32_t fileContainer = 0x00001000;
constexpr std::uint32_t familyPresent = 0x00002000;
constexpr std::uint32_t md5Present = 0x00004000;
constexpr std::uint32_t tagsPresent = 0x00008000;
constexpr std::size_t familiesLimit = 64; // more is no firmware anybody makes

/// A block's header, all but the magic numbers.
struct Block {
    std::size_t fileOffset = 0;
    std::uint32_t flags = 0;
    std::uint32_t address = 0;
    std::uint32_t payload = 0;
    std::uint32_t number = 0;
    std::uint32_t count = 0;
    std::uint32_t family = 0;
};

struct Family {
    std::uint32_t id = 0;
    std::vector<Block> blocks;
};

Block blockAt(std::span<const std::byte> bytes, std::size_t at) {
    return {at,
            read32(bytes, at + 8),
            read32(bytes, at + 12),
            read32(bytes, at + 16),
            read32(bytes, at + 20),
            read32(bytes, at + 24),
            read32(bytes, at + 28)};
}

Result<> checkMagic(std::span<const std::byte> bytes, std::size_t at, const std::string& name) {
    const std::pair<std::size_t, std::uint32_t> magics[] = {
        {0, magicFirst}, {4, magicSecond}, {blockBytes - 4, magicLast}};
    for (const auto& [offset, expected] : magics)
        if (const auto found = read32(bytes, at + offset); found != expected)
            return refusedAt(name, at + offset, "UF2_MAGIC",
                             fmt::format("0x{:08x} where a block has 0x{:08x}", found, expected));
    return {};
}

Result<> checkFlags(const Block& block, const std::string& name) {
    if ((block.flags & fileContainer) != 0)
        return refusedAt(name, block.fileOffset + 8, "UF2_FLAGS",
                         "the block belongs to a file container, which is not firmware");
    if ((block.flags & familyPresent) == 0)
        return refusedAt(name, block.fileOffset + 8, "UF2_FLAGS",
                         fmt::format("flags 0x{:08x} without a family: it cannot be told which chip the "
                                     "block is for",
                                     block.flags));
    return {};
}

/// A tag: its size in one byte (itself included), three of designation, then its value; four bytes aligned,
/// the last one of size zero (microsoft/uf2 README.md, "Extension tags").
bool tagsEnd(std::span<const std::byte> room) {
    for (std::size_t at = 0; at + 4 <= room.size();) {
        const auto size = std::to_integer<std::size_t>(room[at]);
        if (size == 0) return true;
        if (size < 4) return false;
        at += (size + 3) / 4 * 4;
    }
    return false;
}

Result<> checkPayload(std::span<const std::byte> bytes, const Block& block, const std::string& name) {
    const auto room = (block.flags & md5Present) != 0 ? dataBytes - md5Bytes : dataBytes;
    if (block.payload == 0 || block.payload > room)
        return refusedAt(name, block.fileOffset + 16, "UF2_PAYLOAD",
                         fmt::format("a payload of {} bytes; expected 1 to {}", block.payload, room));
    const auto tags = std::size_t{block.payload + 3} / 4 * 4;
    if ((block.flags & tagsPresent) != 0 &&
        (tags > room || !tagsEnd(bytes.subspan(block.fileOffset + dataOffset + tags, room - tags))))
        return refusedAt(name, block.fileOffset + dataOffset + tags, "UF2_PAYLOAD",
                         "the extension tags do not end inside the block");
    if (std::uint64_t{block.address} + block.payload > 0x100000000)
        return refusedAt(name, block.fileOffset + 12, "FIRMWARE_ADDRESS",
                         fmt::format("{} bytes at 0x{:08x} go past 4 GiB", block.payload, block.address));
    return {};
}

Result<Block> checkedBlock(std::span<const std::byte> bytes, std::size_t at, const std::string& name) {
    if (auto magic = checkMagic(bytes, at, name); !magic) return passOn(magic);
    const auto block = blockAt(bytes, at);
    if (auto flags = checkFlags(block, name); !flags) return passOn(flags);
    if (auto payload = checkPayload(bytes, block, name); !payload) return passOn(payload);
    return block;
}

std::span<const std::byte> payloadOf(std::span<const std::byte> bytes, const Block& block) {
    return bytes.subspan(block.fileOffset + dataOffset, block.payload);
}

/// The block that picotool puts first so that an RP2350 A2 takes what follows (erratum RP2350-E10).
bool isErratumGuard(std::span<const std::byte> bytes, const Block& block) {
    const auto payload = payloadOf(bytes, block);
    return block.family == family::absolute && block.address == 0x10FFFF00 && block.number == 0 &&
           block.count == 2 && block.payload == 256 &&
           std::all_of(payload.begin(), payload.end(), [](std::byte b) { return b == std::byte{0xEF}; });
}

/// The family that the block belongs to, made where it is the first; null where there are too many.
Family* familyOf(std::vector<Family>& families, std::uint32_t id) {
    for (auto& family : families)
        if (family.id == id) return &family;
    if (families.size() >= familiesLimit) return nullptr;
    return &families.emplace_back(Family{id, {}});
}

Result<std::vector<Family>> sortedByFamily(std::span<const std::byte> bytes, const std::string& name) {
    std::vector<Family> families;
    for (std::size_t at = 0; at < bytes.size(); at += blockBytes) {
        const auto block = checkedBlock(bytes, at, name);
        if (!block) return passOn(block);
        if (isErratumGuard(bytes, *block)) continue;
        auto* family = familyOf(families, block->family);
        if (family == nullptr)
            return refusedAt(name, at + 28, "UF2_FAMILY",
                             fmt::format("more than {} families", familiesLimit));
        family->blocks.push_back(*block);
    }
    return families;
}

/// Is every block of the family there, once?
Result<> checkNumbers(const Family& family, const std::string& name) {
    const auto& first = family.blocks.front();
    if (first.count != family.blocks.size())
        return refusedAt(name, first.fileOffset + 24, "UF2_COUNT",
                         fmt::format("family 0x{:08x} says it has {} blocks; found {}: the file is cut "
                                     "short or put together wrongly",
                                     family.id, first.count, family.blocks.size()));
    std::vector<bool> seen(family.blocks.size());
    for (const auto& block : family.blocks) {
        if (block.count != first.count || block.number >= first.count)
            return refusedAt(name, block.fileOffset + 20, "UF2_COUNT",
                             fmt::format("block {} of {}, where the family's first block said {}",
                                         block.number, block.count, first.count));
        if (seen[block.number])
            return refusedAt(
                name, block.fileOffset + 20, "UF2_DUPLICATE",
                fmt::format("block {} of family 0x{:08x} comes a second time", block.number, family.id));
        seen[block.number] = true;
    }
    return {};
}

Result<FirmwareImage> imageOf(std::span<const std::byte> bytes, const Family& family, Chip chip,
                              const std::string& name) {
    std::vector<Piece> pieces;
    for (const auto& block : family.blocks)
        if ((block.flags & notMainFlash) == 0)
            pieces.push_back({block.address, payloadOf(bytes, block), block.fileOffset});
    FirmwareImage image;
    image.name = name;
    image.chip = chip;
    image.family = family.id;
    if (auto joined = joinPieces(std::move(pieces), image); !joined) return passOn(joined);
    return image;
}

Failure nothingKnown(const std::vector<Family>& families, const std::string& name) {
    std::vector<std::string> found;
    for (const auto& family : families)
        found.push_back(fmt::format("0x{:08x}", family.id));
    return refusedAt(
        name, 28, "UF2_FAMILY",
        fmt::format("no firmware for an RP2040 or RP2350; found families: {}", fmt::join(found, ", ")));
}

} // namespace

bool looksLikeUf2(std::span<const std::byte> bytes) {
    return bytes.size() >= 8 && read32(bytes, 0) == magicFirst;
}

Result<std::vector<FirmwareImage>> readUf2(std::span<const std::byte> bytes, const std::string& name) {
    if (bytes.empty() || bytes.size() % blockBytes != 0)
        return refusedAt(
            name, bytes.size() / blockBytes * blockBytes, "UF2_SIZE",
            fmt::format("the file has {} bytes; expected whole blocks of {}", bytes.size(), blockBytes));
    const auto families = sortedByFamily(bytes, name);
    if (!families) return passOn(families);
    std::vector<FirmwareImage> images;
    for (const auto& family : *families) {
        if (auto numbers = checkNumbers(family, name); !numbers) return passOn(numbers);
        const auto chip = chipOfFamily(family.id);
        if (!chip) continue;
        auto image = imageOf(bytes, family, *chip, name);
        if (!image) return passOn(image);
        images.push_back(std::move(*image));
    }
    if (images.empty()) return nothingKnown(*families, name);
    return images;
}

} // namespace framegate::boot
