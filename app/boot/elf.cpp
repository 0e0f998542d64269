// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/elf.h"

#include "boot/image_definition.h"
#include "boot/little_endian.h"
#include "boot/memory_map.h"
#include "boot/pieces.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::boot {
namespace {

constexpr std::size_t headerBytes = 52;
constexpr std::size_t programHeaderBytes = 32;
constexpr std::size_t programHeadersLimit = 64; // a linker script makes fewer than ten
constexpr std::uint32_t typeExecutable = 2;
constexpr std::uint32_t machineArm = 40;
constexpr std::uint32_t programLoad = 1;
constexpr std::size_t entryOffset = 24;

struct ProgramHeader {
    std::size_t fileOffset = 0; ///< of the header itself
    std::uint32_t type = 0;
    std::uint32_t contents = 0;
    std::uint32_t physical = 0;
    std::uint32_t fileSize = 0;
    std::uint32_t memorySize = 0;
};

/// A number in the header that must have one value.
struct Expected {
    std::size_t offset;
    std::uint32_t value;
    std::uint32_t found;
    std::string_view what;
};

Result<> checkHeader(std::span<const std::byte> bytes, const std::string& name) {
    if (bytes.size() < headerBytes)
        return refusedAt(
            name, bytes.size(), "ELF_HEADER",
            fmt::format("the file has {} bytes, an ELF header has {}", bytes.size(), headerBytes));
    const Expected all[] = {
        {4, 1, std::to_integer<std::uint32_t>(bytes[4]), "class: 32 bits"},
        {5, 1, std::to_integer<std::uint32_t>(bytes[5]), "byte order: little endian"},
        {16, typeExecutable, read16(bytes, 16), "type: a linked program"},
        {18, machineArm, read16(bytes, 18), "machine: ARM"},
        {42, programHeaderBytes, read16(bytes, 42), "bytes in a program header"},
    };
    for (const auto& number : all)
        if (number.found != number.value)
            return refusedAt(
                name, number.offset, "ELF_HEADER",
                fmt::format("{} expected ({}), found {}", number.what, number.value, number.found));
    return {};
}

Result<std::vector<ProgramHeader>> programHeaders(std::span<const std::byte> bytes, const std::string& name) {
    const std::size_t table = read32(bytes, 28);
    const std::size_t count = read16(bytes, 44);
    if (count == 0 || count > programHeadersLimit)
        return refusedAt(name, 44, "ELF_HEADER",
                         fmt::format("{} program headers; expected 1 to {}", count, programHeadersLimit));
    if (table > bytes.size() || count * programHeaderBytes > bytes.size() - table)
        return refusedAt(name, 28, "ELF_HEADER",
                         fmt::format("{} program headers at 0x{:x} do not fit into a file of {} bytes", count,
                                     table, bytes.size()));
    std::vector<ProgramHeader> headers;
    for (std::size_t at = table; headers.size() < count; at += programHeaderBytes)
        headers.push_back({at, read32(bytes, at), read32(bytes, at + 4), read32(bytes, at + 12),
                           read32(bytes, at + 16), read32(bytes, at + 20)});
    return headers;
}

Result<Piece> pieceOf(std::span<const std::byte> bytes, const ProgramHeader& header,
                      const std::string& name) {
    if (header.contents > bytes.size() || header.fileSize > bytes.size() - header.contents)
        return refusedAt(name, header.fileOffset, "ELF_SEGMENT",
                         fmt::format("contents at 0x{:x}, {} bytes, lie outside a file of {} bytes",
                                     header.contents, header.fileSize, bytes.size()));
    if (header.memorySize < header.fileSize)
        return refusedAt(
            name, header.fileOffset, "ELF_SEGMENT",
            fmt::format("{} bytes in the file, but only {} in memory", header.fileSize, header.memorySize));
    return Piece{header.physical, bytes.subspan(header.contents, header.fileSize), header.fileOffset};
}

Result<std::vector<Piece>> loadedPieces(std::span<const std::byte> bytes, const std::string& name) {
    const auto headers = programHeaders(bytes, name);
    if (!headers) return passOn(headers);
    std::vector<Piece> pieces;
    for (const auto& header : *headers) {
        if (header.type != programLoad || header.fileSize == 0) continue;
        auto piece = pieceOf(bytes, header, name);
        if (!piece) return passOn(piece);
        pieces.push_back(*piece);
    }
    return pieces;
}

/// Where both chips have memory of a kind, it is at the same address but for the flash cache used as RAM,
/// so what only one of them has room for can be nothing else's.
Result<> joinForAChip(const std::vector<Piece>& pieces, FirmwareImage& image) {
    image.chip = Chip::Rp2350;
    auto joined = joinPieces(pieces, image);
    if (joined) {
        const auto definition = findImageDefinition(image);
        if (definition && definition->chip == Chip::Rp2350) return {};
    }
    const auto asRp2350 = image;
    image.chip = Chip::Rp2040;
    auto again = joinPieces(pieces, image);
    if (again || !joined) return again;
    image = asRp2350;
    return {};
}

bool lies(std::uint32_t address, const FirmwareImage& image) {
    std::byte one{};
    return image.read(address, {&one, 1});
}

/// The RP2040 starts a RAM image at its lowest SRAM address and nowhere else (picotool elf2uf2); where it is
/// entered in flash is the boot ROM's affair on both chips, but it must be in the image.
Result<> checkEntry(std::uint32_t entry, const FirmwareImage& image) {
    if (!lies(entry, image))
        return refusedAt(image.name, entryOffset, "ELF_ENTRY",
                         fmt::format("the entry 0x{:08x} is not in what the file loads, 0x{:08x}..0x{:08x}",
                                     entry, image.begin(), image.end()));
    if (image.kind == ImageKind::Flash || image.chip == Chip::Rp2350) return {};
    const auto lowest = std::find_if(image.segments.begin(), image.segments.end(),
                                     [](const Segment& s) { return s.address >= ramBase; });
    if (lowest != image.segments.end() && entry == lowest->address) return {};
    return refusedAt(image.name, entryOffset, "ELF_ENTRY",
                     fmt::format("the entry 0x{:08x} of a RAM image is not its lowest SRAM address; an "
                                 "RP2040 starts it nowhere else",
                                 entry));
}

} // namespace

bool looksLikeElf(std::span<const std::byte> bytes) {
    return bytes.size() >= 4 && read32(bytes, 0) == 0x464C457F; // 0x7F 'E' 'L' 'F'
}

Result<FirmwareImage> readElf(std::span<const std::byte> bytes, const std::string& name) {
    if (auto header = checkHeader(bytes, name); !header) return passOn(header);
    auto pieces = loadedPieces(bytes, name);
    if (!pieces) return passOn(pieces);
    FirmwareImage image;
    image.name = name;
    if (auto joined = joinForAChip(*pieces, image); !joined) return passOn(joined);
    image.family = image.chip == Chip::Rp2040 ? family::rp2040 : family::rp2350ArmSecure;
    const auto entry = read32(bytes, entryOffset) & ~std::uint32_t{1};
    if (auto ok = checkEntry(entry, image); !ok) return passOn(ok);
    image.entry = entry;
    return image;
}

} // namespace framegate::boot
