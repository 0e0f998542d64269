// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/header.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::jpeg {
namespace {

constexpr std::uint16_t largestSide = 8192;

/// The bytes of a segment after its length field, read one after another.
class SegmentReader {
public:
    SegmentReader(std::span<const std::uint8_t> bytes, std::size_t offset) : bytes_(bytes), offset_(offset) {}
    bool atEnd() const { return at_ >= bytes_.size(); }
    bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
    std::uint8_t byte() { return bytes_[at_++]; }
    std::uint16_t word() {
        const auto high = byte();
        return static_cast<std::uint16_t>(high << 8 | byte());
    }
    std::span<const std::uint8_t> take(std::size_t count) {
        at_ += count;
        return bytes_.subspan(at_ - count, count);
    }
    /// Of the next byte, in the whole picture.
    std::size_t offset() const { return offset_ + at_; }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t offset_;
    std::size_t at_ = 0;
};

Fault segmentFault(const SegmentReader& reader, std::string detail) {
    return {"JPEG_HEADER_SEGMENT", std::move(detail), reader.offset()};
}

std::optional<Fault> readQuantisation(SegmentReader reader, Header& header) {
    while (!reader.atEnd()) {
        const auto kind = reader.byte();
        if (kind > 3)
            return segmentFault(reader,
                                fmt::format("DQT: table 0x{:02x}, expected 8-bit table 0 to 3", kind));
        if (!reader.has(64)) return segmentFault(reader, "DQT: the segment ends inside a table");
        std::array<std::uint16_t, 64> table{};
        for (auto& value : table)
            value = reader.byte();
        if (std::find(table.begin(), table.end(), 0) != table.end())
            return segmentFault(reader, "DQT: a quantiser is zero");
        header.quantisation[kind] = table;
        header.tablesInOrder.push_back(table);
    }
    return std::nullopt;
}

bool legalSymbol(std::uint8_t symbol, bool ac) {
    if (!ac) return symbol <= 11; // T.81 table F.1: difference categories 0…11
    const auto size = symbol & 0x0F;
    return size == 0 ? symbol == 0x00 || symbol == 0xF0 : size <= 10;
}

std::optional<Fault> readHuffman(SegmentReader reader, Header& header) {
    while (!reader.atEnd()) {
        const auto kind = reader.byte();
        if ((kind & 0xEF) > 3)
            return segmentFault(reader, fmt::format("DHT: table 0x{:02x} is none of baseline's", kind));
        if (!reader.has(16)) return segmentFault(reader, "DHT: the segment ends inside the code counts");
        std::array<std::uint8_t, 16> counts{};
        std::size_t total = 0;
        for (auto& count : counts)
            total += count = reader.byte();
        if (!reader.has(total)) return segmentFault(reader, "DHT: the segment ends inside the symbols");
        const auto symbols = reader.take(total);
        const bool ac = (kind & 0x10) != 0;
        for (const auto symbol : symbols)
            if (!legalSymbol(symbol, ac))
                return segmentFault(reader,
                                    fmt::format("DHT: symbol 0x{:02x} is none of baseline's", symbol));
        auto table = HuffmanTable::make(counts, symbols);
        if (!table) return segmentFault(reader, "DHT: the code counts make no prefix code");
        (ac ? header.ac : header.dc)[kind & 3] = std::move(table);
    }
    return std::nullopt;
}

std::optional<Fault> readFrameHeader(SegmentReader reader, Header& header) {
    if (!reader.has(6)) return segmentFault(reader, "SOF0: the segment is too short");
    if (header.frameHeaderOffset != 0) return segmentFault(reader, "a second SOF0");
    header.frameHeaderOffset = reader.offset() - 4;
    const auto precision = reader.byte();
    if (precision != 8)
        return Fault{"JPEG_NOT_BASELINE", fmt::format("{} bits a sample, expected 8", precision),
                     reader.offset() - 1};
    header.size.height = reader.word();
    header.size.width = reader.word();
    const auto count = reader.byte();
    if (header.size.width == 0 || header.size.height == 0 || header.size.width > largestSide ||
        header.size.height > largestSide)
        return Fault{"JPEG_SIZE_LIMIT",
                     fmt::format("the picture says {}, expected 1x1 to {}x{}", header.size.text(),
                                 largestSide, largestSide),
                     header.frameHeaderOffset};
    if ((count != 1 && count != 3) || !reader.has(count * 3U))
        return segmentFault(reader, fmt::format("SOF0: {} components, expected 1 or 3", count));
    for (unsigned i = 0; i < count; ++i) {
        Component component;
        component.id = reader.byte();
        const auto sampling = reader.byte();
        component.wide = sampling >> 4;
        component.high = sampling & 15;
        component.quantisation = reader.byte();
        const bool subsamples =
            component.wide >= 1 && component.wide <= 2 && component.high >= 1 && component.high <= 2;
        if (!subsamples || (i > 0 && sampling != 0x11) || component.quantisation > 3)
            return segmentFault(reader, fmt::format("SOF0: component {} has sampling 0x{:02x}, table {}",
                                                    component.id, sampling, component.quantisation));
        header.components.push_back(component);
    }
    return reader.atEnd() ? std::nullopt
                          : std::optional(segmentFault(reader, "SOF0: bytes after the components"));
}

std::optional<Fault> readScanHeader(SegmentReader reader, Header& header) {
    const auto count = header.components.size();
    if (header.frameHeaderOffset == 0) return segmentFault(reader, "SOS before SOF0");
    if (!reader.has(1 + 2 * count + 3) || reader.byte() != count)
        return segmentFault(reader, fmt::format("SOS: expected one scan of all {} components", count));
    for (auto& component : header.components) {
        const auto id = reader.byte();
        const auto tables = reader.byte();
        if (id != component.id)
            return segmentFault(reader, fmt::format("SOS: component {}, expected {}", id, component.id));
        component.dcTable = tables >> 4;
        component.acTable = tables & 15;
        const bool there = component.dcTable <= 3 && component.acTable <= 3 && header.dc[component.dcTable] &&
                           header.ac[component.acTable];
        if (!there)
            return segmentFault(
                reader, fmt::format("SOS: component {} uses Huffman tables 0x{:02x}, which are not defined",
                                    id, tables));
        if (!header.quantisation[component.quantisation])
            return segmentFault(reader,
                                fmt::format("component {} uses quantisation table {}, which is not defined",
                                            id, component.quantisation));
    }
    const auto first = reader.byte();
    const auto last = reader.byte();
    const auto approximation = reader.byte();
    if (first != 0 || last != 63 || approximation != 0)
        return segmentFault(reader, fmt::format("SOS: spectral selection {}-{}/{}, expected 0-63/0", first,
                                                last, approximation));
    return reader.atEnd() ? std::nullopt : std::optional(segmentFault(reader, "SOS: bytes after the header"));
}

std::optional<Fault> readRestart(SegmentReader reader, Header& header) {
    if (!reader.has(2)) return segmentFault(reader, "DRI: the segment is too short");
    header.restartInterval = reader.word();
    return std::nullopt;
}

/// Why a frame type is refused; null for baseline and for markers that are no frame headers.
const char* refusedFrame(std::uint8_t marker) {
    switch (marker) {
    case 0xC1:
        return "extended sequential";
    case 0xC2:
        return "progressive";
    case 0xC3:
        return "lossless";
    case 0xC5:
    case 0xC6:
    case 0xC7:
        return "hierarchical";
    case 0xC9:
    case 0xCA:
    case 0xCB:
    case 0xCC:
    case 0xCD:
    case 0xCE:
    case 0xCF:
        return "arithmetic coding";
    default:
        return nullptr;
    }
}

std::optional<Fault> readSegment(std::uint8_t marker, const SegmentReader& reader, Header& header) {
    switch (marker) {
    case 0xDB:
        return readQuantisation(reader, header);
    case 0xC4:
        return readHuffman(reader, header);
    case 0xC0:
        return readFrameHeader(reader, header);
    case 0xDD:
        return readRestart(reader, header);
    case 0xDA:
        return readScanHeader(reader, header);
    default:
        break;
    }
    const auto at = reader.offset() - 4;
    if (const char* kind = refusedFrame(marker))
        return Fault{"JPEG_NOT_BASELINE",
                     fmt::format("marker FF {:02X}: {}, which no sensor here sends", marker, kind), at};
    const bool ignorable = (marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE;
    if (ignorable) return std::nullopt;
    return Fault{"JPEG_HEADER_MARKER", fmt::format("marker FF {:02X} has no place in a header", marker), at};
}

} // namespace

std::optional<Fault> readHeader(std::span<const std::uint8_t> bytes, std::size_t begin, Header& header) {
    std::size_t at = begin + 2;
    for (;;) {
        if (at + 4 > bytes.size())
            return Fault{"JPEG_TRUNCATED_HEADER", "the bytes end inside the header", bytes.size()};
        if (bytes[at] != 0xFF)
            return Fault{"JPEG_HEADER_MARKER",
                         fmt::format("expected a marker, found {:02X} {:02X}", bytes[at], bytes[at + 1]), at};
        const auto marker = bytes[at + 1];
        if (marker == 0xD8) return Fault{"JPEG_HEADER_MARKER", "a second SOI inside the header", at};
        const std::size_t length = static_cast<std::size_t>(bytes[at + 2] << 8 | bytes[at + 3]);
        if (length < 2)
            return Fault{"JPEG_HEADER_SEGMENT",
                         fmt::format("segment FF {:02X} says it has {} bytes", marker, length), at};
        if (at + 2 + length > bytes.size())
            return Fault{
                "JPEG_TRUNCATED_HEADER",
                fmt::format("segment FF {:02X} of {} bytes ends beyond the last byte", marker, length), at};
        const SegmentReader reader(bytes.subspan(at + 4, length - 2), at + 4);
        if (auto fault = readSegment(marker, reader, header)) return fault;
        header.segments.push_back({marker, at, length - 2});
        at += 2 + length;
        if (marker != 0xDA) continue;
        header.scanOffset = at;
        return std::nullopt;
    }
}

} // namespace framegate::jpeg
