// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/resolution.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace framegate::imaging {

/// The pixels of a file: rows from the top, no padding.
struct FilePixels {
    Resolution size;
    int bits = 8;                    ///< of a value: 8, or 16 in the machine's own order
    int channels = 1;                ///< 1: grey; 3: blue, green, red
    std::vector<std::uint8_t> bytes; ///< width x height x channels x bits / 8
};

/// Reads a PNG (W3C Portable Network Graphics, by libpng) or a binary PGM (Netpbm's P5, highest level 255 or
/// 65535). Palettes and fewer bits become 8; transparency is dropped; no curve is applied. Memory: the pixels
/// of at most 16384 x 16384, never allocated before the file's size makes them possible. Errors: InvalidInput
/// `PICTURE_FILE`; \a name stands in the message.
Result<FilePixels> readPictureFile(std::span<const std::byte> bytes, std::string_view name);

} // namespace framegate::imaging
