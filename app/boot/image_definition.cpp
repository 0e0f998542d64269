// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/image_definition.h"

#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <array>
#include <fmt/format.h>
#include <optional>

namespace framegate::boot {
namespace {

constexpr std::uint32_t markerStart = 0xFFFFDED3;
constexpr std::uint32_t markerEnd = 0xAB123579;
constexpr std::uint32_t blockLimit = 0x280; // bytes, PICOBIN_MAX_BLOCK_SIZE
constexpr unsigned loopLimit = 32;          // the SDK makes loops of two
constexpr std::uint32_t itemImageType = 0x42;
constexpr std::uint32_t itemLast = 0xFF;

struct LoopBlock {
    std::uint32_t link = 0; ///< to the next block, from this one's start
    std::optional<std::uint32_t> imageType;
};

std::optional<std::uint32_t> wordAt(const FirmwareImage& image, std::uint32_t address) {
    std::array<std::byte, 4> bytes{};
    if (!image.read(address, bytes)) return std::nullopt;
    return read32(bytes, 0);
}

Failure broken(const FirmwareImage& image, std::uint32_t address, const std::string& reason) {
    return failure(
        ErrorKind::InvalidInput, "IMAGE_DEF_LOOP",
        fmt::format("{}: the block at 0x{:08x} of the image's block loop: {}", image.name, address, reason));
}

/// The block's last item, whose size is that of all items before it, then link and end marker.
Result<LoopBlock> ended(const FirmwareImage& image, std::uint32_t start, std::uint32_t at, std::uint32_t item,
                        LoopBlock block) {
    const auto words = (item >> 8) & 0xFFFF;
    if (words != (at - start - 4) / 4)
        return broken(image, start,
                      fmt::format("its last item counts {} words, found {}", words, (at - start - 4) / 4));
    const auto link = wordAt(image, at + 4);
    const auto marker = wordAt(image, at + 8);
    if (!link || !marker || *marker != markerEnd)
        return broken(image, start, fmt::format("no end marker 0x{:08x} at 0x{:08x}", markerEnd, at + 8));
    block.link = *link;
    return block;
}

/// An item: its type in one byte, bit 7 of which says that the size in words takes two bytes, not one.
Result<LoopBlock> blockAt(const FirmwareImage& image, std::uint32_t start) {
    if (wordAt(image, start) != markerStart)
        return broken(image, start, fmt::format("it does not begin with 0x{:08x}", markerStart));
    LoopBlock block;
    for (std::uint32_t at = start + 4; at - start < blockLimit;) {
        const auto item = wordAt(image, at);
        if (!item) return broken(image, start, fmt::format("nothing is loaded at 0x{:08x}", at));
        const auto type = *item & 0xFF;
        if (type == itemLast) return ended(image, start, at, *item, block);
        const auto words = (type & 0x80) != 0 ? (*item >> 8) & 0xFFFF : (*item >> 8) & 0xFF;
        if (words == 0) return broken(image, start, fmt::format("an item of no size at 0x{:08x}", at));
        if (type == itemImageType) block.imageType = *item >> 16;
        at += words * 4;
    }
    return broken(image, start, fmt::format("it does not end within {} bytes", blockLimit));
}

/// The first well-formed block; the ROM passes over what only looks like one.
Result<std::uint32_t> firstBlock(const FirmwareImage& image, std::uint32_t from) {
    std::string near;
    for (std::uint32_t at = from; at - from < definitionWithin; at += 4) {
        if (wordAt(image, at) != markerStart) continue;
        const auto block = blockAt(image, at);
        if (block) return at;
        if (near.empty()) near = "; " + block.error().message;
    }
    return failure(ErrorKind::InvalidInput, "IMAGE_DEF_MISSING",
                   fmt::format("{}: no image definition in 0x{:08x}..0x{:08x}: an RP2350 does not start it{}",
                               image.name, from, from + definitionWithin, near));
}

ImageDefinition definitionOf(std::uint32_t address, std::uint32_t type) {
    return {address, (type >> 12 & 7) == 0 ? Chip::Rp2040 : Chip::Rp2350, (type >> 8 & 7) == 0,
            (type >> 4 & 3) == 2};
}

bool isProgram(const LoopBlock& block) {
    return block.imageType && (*block.imageType & 0xF) == 1;
}

/// Where the ROM begins to look: RAM images are searched from their lowest SRAM address.
std::uint32_t searchStart(const FirmwareImage& image) {
    if (image.kind == ImageKind::Flash) return image.begin();
    for (const auto& segment : image.segments)
        if (segment.address >= ramBase) return segment.address;
    return image.begin();
}

} // namespace

Result<ImageDefinition> findImageDefinition(const FirmwareImage& image) {
    const auto first = firstBlock(image, searchStart(image));
    if (!first) return passOn(first);
    std::optional<std::uint32_t> type;
    auto at = *first;
    for (unsigned blocks = 0; blocks < loopLimit; ++blocks) {
        const auto block = blockAt(image, at);
        if (!block) return passOn(block);
        if (!type && isProgram(*block)) type = block->imageType;
        at += block->link;
        if (at != *first) continue;
        if (type) return definitionOf(*first, *type);
        return broken(image, *first, "no block of the loop defines a program");
    }
    return broken(image, *first,
                  fmt::format("the loop does not come back to it within {} blocks", loopLimit));
}

} // namespace framegate::boot
