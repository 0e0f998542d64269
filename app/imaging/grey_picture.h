// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/pictures.h"
#include "imaging/grey_view.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace framegate::imaging {

/// A grey picture that owns its pixels.
struct GreyPicture {
    Resolution size;
    int bits = 8;                     ///< 8 or 16
    std::vector<std::uint16_t> wide;  ///< the pixels of a 16-bit picture, rows from the top
    std::vector<std::uint8_t> narrow; ///< those of an 8-bit one

    GreyView view() const;
};

/// The luma of a colour picture by the weights of ITU-R BT.601, which JPEG uses, rounded to whole levels.
GreyPicture greyOf(const DecodedPicture& picture);

/// Reads a PNG or PGM picture of 8 or 16 bits; colour becomes luma. JPEG is not its business: what
/// damage it hides is read by jpeg::decode().
/// Errors: InvalidInput `PICTURE_FILE`; \a name stands in the message.
Result<GreyPicture> decodeGrey(std::span<const std::byte> bytes, std::string_view name);

/// As decodeGrey(), in colour and for eyes: 16 bits become 8, as sRGB where \a linear says that they stand
/// for light. A grey picture has three equal colours.
Result<DecodedPicture> decodeColour(std::span<const std::byte> bytes, std::string_view name, bool linear);

} // namespace framegate::imaging
