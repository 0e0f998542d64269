// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a sensor's header looks like, learnt from captures of real modules.
#include "base/sha256.h"
#include "jpeg/header.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::jpeg {
namespace {

struct SegmentShape {
    std::uint8_t marker;
    std::size_t length; ///< after the length field
};

// OV2640: eleven captures from five public projects agree in every byte of the header but the size and the
// quantisers.
constexpr std::array<SegmentShape, 9> ov2640Segments = {{{0xE0, 14},
                                                         {0xDB, 65},
                                                         {0xDB, 65},
                                                         {0xC4, 29},
                                                         {0xC4, 179},
                                                         {0xC4, 29},
                                                         {0xC4, 179},
                                                         {0xC0, 15},
                                                         {0xDA, 10}}};
constexpr std::array<std::uint8_t, 14> ov2640App0 = {'J', 'F', 'I', 'F', 0, 1, 1, 1, 0, 0, 0, 0, 0, 0};
constexpr std::string_view ov2640HuffmanSha256 =
    "f361ab42f71ff019275c522494accedf9fadd13f16af71632ca28255a7554a15";

using Table = std::array<std::uint16_t, 64>;

// ITU-T T.81 Annex K.1, in zig-zag order.
constexpr Table lumaBase = {16, 11, 12,  14,  12,  10, 16, 14,  13,  14,  18,  17,  16, 19,  24,  40,
                            26, 24, 22,  22,  24,  49, 35, 37,  29,  40,  58,  51,  61, 60,  57,  51,
                            56, 55, 64,  72,  92,  78, 64, 68,  87,  69,  55,  56,  80, 109, 81,  87,
                            95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};
constexpr Table chromaBase = {17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
                              99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                              99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                              99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

/// The sensor scales the base tables by its quality register over 16, rounding half up.
bool scaledBy(const Table& table, const Table& base, unsigned quality) {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i] != std::clamp((base[i] * quality + 8U) / 16U, 1U, 255U)) return false;
    return true;
}

Fault differs(const Segment& segment, std::string_view what) {
    return {"JPEG_HEADER_LAYOUT", fmt::format("not as ov2640 sends it: {}", what), segment.offset};
}

std::string huffmanSha256(std::span<const std::uint8_t> bytes, const Header& header) {
    std::string all;
    for (const auto& segment : header.segments)
        if (segment.marker == 0xC4)
            all.append(reinterpret_cast<const char*>(bytes.data()) + segment.offset + 4, segment.length);
    return sha256Hex(all);
}

std::optional<Fault> checkOv2640(std::span<const std::uint8_t> bytes, const Header& header) {
    for (std::size_t i = 0; i < header.segments.size() && i < ov2640Segments.size(); ++i) {
        const auto& segment = header.segments[i];
        const auto& expected = ov2640Segments[i];
        if (segment.marker != expected.marker || segment.length != expected.length)
            return differs(segment,
                           fmt::format("segment {} is FF {:02X} with {} bytes, expected FF {:02X} with {}", i,
                                       segment.marker, segment.length, expected.marker, expected.length));
    }
    if (header.segments.size() != ov2640Segments.size())
        return differs(header.segments.back(), fmt::format("{} segments, expected {}", header.segments.size(),
                                                           ov2640Segments.size()));
    const auto app0 = bytes.subspan(header.segments[0].offset + 4, ov2640App0.size());
    if (!std::equal(app0.begin(), app0.end(), ov2640App0.begin()))
        return differs(header.segments[0], "another JFIF header");
    const auto& c = header.components;
    const auto chroma = [](const Component& one) {
        return one.quantisation == 1 && one.dcTable == 1 && one.acTable == 1;
    };
    const bool components = c.size() == 3 && c[0].id == 1 && c[1].id == 2 && c[2].id == 3 && c[0].wide == 2 &&
                            c[0].high == 1 && c[0].quantisation == 0 && c[0].dcTable == 0 &&
                            c[0].acTable == 0 && chroma(c[1]) && chroma(c[2]);
    if (!components) return differs(header.segments[7], "components are not 4:2:2 with tables 0, 1, 1");
    if (huffmanSha256(bytes, header) != ov2640HuffmanSha256)
        return differs(header.segments[3], "Huffman tables are not those of Annex K");
    if (!hasScaledAnnexK(header))
        return Fault{"JPEG_QUANTISATION", "not as ov2640 sends it: the tables are no scaled Annex K tables",
                     header.segments[1].offset, 0xDB};
    return std::nullopt;
}

} // namespace

bool hasScaledAnnexK(const Header& header) {
    if (!header.quantisation[0] || !header.quantisation[1]) return false;
    for (unsigned quality = 1; quality <= 255; ++quality)
        if (scaledBy(*header.quantisation[0], lumaBase, quality))
            return scaledBy(*header.quantisation[1], chromaBase, quality);
    return false;
}

std::optional<Fault> checkLayout(std::span<const std::uint8_t> bytes, const Header& header,
                                 std::string_view sensor) {
    if (sensor == "ov2640") return checkOv2640(bytes, header);
    return std::nullopt;
}

} // namespace framegate::jpeg
