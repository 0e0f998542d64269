// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace framegate {

/// What the entropy walk of a baseline JPEG yields without decoding a pixel.
struct CodedPicture {
    /// DC coefficients of one component, dequantised, one per 8x8 block: rows from the top, left to right.
    struct DcPlane {
        std::uint16_t width = 0;  ///< blocks
        std::uint16_t height = 0; ///< blocks
        std::vector<std::int16_t> values;
    };
    Resolution size;
    std::uint8_t lumaWidthFactor = 1; ///< horizontal sampling factor of luma: 2 for 4:2:2 and 4:2:0
    std::uint8_t lumaHeightFactor = 1;
    std::uint16_t mcusWide = 0;
    std::uint16_t mcusHigh = 0;
    std::vector<DcPlane> dc;                                 ///< Y, then Cb and Cr unless greyscale
    std::vector<std::uint32_t> rowBits;                      ///< entropy-coded bits of each MCU row
    std::vector<std::array<std::uint16_t, 64>> quantisation; ///< tables in file order, zig-zag order
    std::size_t scanOffset = 0;                              ///< of the first entropy-coded byte
    std::size_t eoiOffset = 0;                               ///< of the FF of FF D9
};

/// Pixels, 8 bits each of blue, green, red; rows from the top, no padding.
struct DecodedPicture {
    Resolution size;
    std::vector<std::uint8_t> bgr; ///< width × height × 3
};

/// The bytes of a picture file, shared between those who judge, show and store it; never changed.
using PictureBytes = std::shared_ptr<const std::vector<std::byte>>;

} // namespace framegate
