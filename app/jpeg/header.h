// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"
#include "jpeg/fault.h"
#include "jpeg/huffman.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace framegate::jpeg {

/// One colour component as the frame and scan headers describe it.
struct Component {
    std::uint8_t id = 0;
    std::uint8_t wide = 1; ///< sampling factors
    std::uint8_t high = 1;
    std::uint8_t quantisation = 0; ///< table number
    std::uint8_t dcTable = 0;
    std::uint8_t acTable = 0;
};

/// A segment before the scan.
struct Segment {
    std::uint8_t marker = 0;
    std::size_t offset = 0; ///< of the FF
    std::size_t length = 0; ///< of what follows the length field
};

/// Everything that stands before the entropy-coded bytes of a baseline JPEG.
struct Header {
    Resolution size;
    std::vector<Component> components;                                        ///< in scan order
    std::array<std::optional<std::array<std::uint16_t, 64>>, 4> quantisation; ///< zig-zag order
    std::vector<std::array<std::uint16_t, 64>> tablesInOrder;
    std::array<std::optional<HuffmanTable>, 4> dc;
    std::array<std::optional<HuffmanTable>, 4> ac;
    unsigned restartInterval = 0; ///< MCUs; 0: none
    std::vector<Segment> segments;
    std::size_t frameHeaderOffset = 0;
    std::size_t scanOffset = 0; ///< first entropy-coded byte
};

/// Reads the header of a picture whose SOI is at \a begin. On a fault \a header holds what was read so far.
std::optional<Fault> readHeader(std::span<const std::uint8_t> bytes, std::size_t begin, Header& header);

/// Whether the quantisation tables 0 and 1 are those of Annex K.1, scaled by one and the same factor as an
/// OV2640 does.
bool hasScaledAnnexK(const Header& header);

/// What keeps \a header from being one that \a sensor sends, or nothing.
std::optional<Fault> checkLayout(std::span<const std::uint8_t> bytes, const Header& header,
                                 std::string_view sensor);

} // namespace framegate::jpeg
