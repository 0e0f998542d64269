// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/program_info.h"

#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <algorithm>
#include <array>

namespace framegate::boot {
namespace {

// pico_sdk src/common/pico_binary_info/include/pico/binary_info: defs.h, structure.h.
constexpr std::uint32_t beginMark = 0x7188EBF2;
constexpr std::uint32_t endMark = 0xE71AA390;
constexpr std::uint32_t searchedBytes = 1024; ///< the header stands behind boot stage and vectors
constexpr std::uint32_t idAndString = 6 | 'R' << 16 | 'P' << 24; // type; tag of Raspberry Pi's own ids
constexpr std::uint32_t idVersion = 0x11A9BC3A;
constexpr std::uint32_t mostEntries = 1024;
constexpr std::size_t longestText = 64;

std::optional<std::uint32_t> wordAt(const FirmwareImage& image, std::uint32_t address) {
    std::array<std::byte, 4> bytes{};
    if (!image.read(address, bytes)) return std::nullopt;
    return read32(bytes, 0);
}

std::optional<std::string> textAt(const FirmwareImage& image, std::uint32_t address) {
    std::string text;
    std::array<std::byte, 1> byte{};
    for (; text.size() < longestText && image.read(address, byte); ++address) {
        const auto c = std::to_integer<char>(byte[0]);
        if (c == 0) return text.empty() ? std::nullopt : std::optional(text);
        if (c <= ' ' || c > '~') return std::nullopt;
        text += c;
    }
    return std::nullopt;
}

/// First and past the last of the pointers to entries.
std::optional<Window> entriesOf(const FirmwareImage& image) {
    for (std::uint32_t at = 0; at < searchedBytes; at += 4) {
        const auto address = image.begin() + at;
        if (wordAt(image, address) != beginMark || wordAt(image, address + 16) != endMark) continue;
        return Window{*wordAt(image, address + 4), *wordAt(image, address + 8)};
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> programVersion(const FirmwareImage& image) {
    const auto entries = entriesOf(image);
    if (!entries || entries->end < entries->begin) return std::nullopt;
    const auto count = std::min((entries->end - entries->begin) / 4, mostEntries);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto entry = wordAt(image, entries->begin + i * 4);
        if (!entry || wordAt(image, *entry) != idAndString || wordAt(image, *entry + 4) != idVersion)
            continue;
        if (const auto text = wordAt(image, *entry + 8)) return textAt(image, *text);
    }
    return std::nullopt;
}

} // namespace framegate::boot
