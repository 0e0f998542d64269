// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/pieces.h"

#include "boot/memory_map.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::boot {
namespace {

std::uint64_t endOf(const Piece& piece) {
    return std::uint64_t{piece.address} + piece.bytes.size();
}

std::string_view kindName(ImageKind kind) {
    return kind == ImageKind::Flash ? "flash" : "RAM";
}

/// Where the piece goes, or why it cannot.
Result<ImageKind> placed(const Piece& piece, const FirmwareImage& image) {
    const auto place = placeOf(image.chip, piece.address, piece.bytes.size());
    if (place) return *place;
    return refusedAt(image.name, piece.fileOffset, "FIRMWARE_ADDRESS",
                     fmt::format("{} bytes for 0x{:08x}, where the {} has neither flash nor RAM for all of "
                                 "them",
                                 piece.bytes.size(), piece.address, chipText(image.chip)));
}

Result<ImageKind> kindOf(const std::vector<Piece>& pieces, const FirmwareImage& image) {
    const auto first = placed(pieces.front(), image);
    if (!first) return first;
    for (const auto& piece : pieces) {
        const auto place = placed(piece, image);
        if (!place) return place;
        if (*place != *first)
            return refusedAt(image.name, piece.fileOffset, "FIRMWARE_MIXED",
                             fmt::format("0x{:08x} is {}, but 0x{:08x} of the same image is {}; an image "
                                         "is for one of the two",
                                         piece.address, kindName(*place), pieces.front().address,
                                         kindName(*first)));
    }
    return first;
}

Result<> demandApart(const std::vector<Piece>& sorted, const FirmwareImage& image) {
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const auto& before = sorted[i - 1];
        const auto& piece = sorted[i];
        if (piece.address < endOf(before))
            return refusedAt(image.name, piece.fileOffset, "FIRMWARE_OVERLAP",
                             fmt::format("0x{:08x}..0x{:08x} overlaps 0x{:08x}..0x{:08x} of offset 0x{:x}",
                                         piece.address, endOf(piece), before.address, endOf(before),
                                         before.fileOffset));
    }
    return {};
}

std::vector<Segment> joined(const std::vector<Piece>& sorted) {
    std::vector<Segment> segments;
    for (const auto& piece : sorted) {
        if (segments.empty() || segments.back().end() != piece.address)
            segments.push_back({piece.address, {}});
        auto& bytes = segments.back().bytes;
        bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
    }
    return segments;
}

} // namespace

Failure refusedAt(const std::string& name, std::size_t fileOffset, std::string code,
                  const std::string& reason) {
    return failure(ErrorKind::InvalidInput, std::move(code),
                   fmt::format("{}: offset 0x{:x}: {}", name, fileOffset, reason));
}

Result<> joinPieces(std::vector<Piece> pieces, FirmwareImage& image) {
    if (pieces.empty())
        return failure(ErrorKind::InvalidInput, "FIRMWARE_EMPTY",
                       fmt::format("{}: holds nothing to load", image.name));
    const auto kind = kindOf(pieces, image);
    if (!kind) return passOn(kind);
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.address < b.address; });
    if (auto apart = demandApart(pieces, image); !apart) return apart;
    image.kind = *kind;
    image.segments = joined(pieces);
    return {};
}

} // namespace framegate::boot
