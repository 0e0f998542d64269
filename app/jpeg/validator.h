// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/pictures.h"
#include "domain/resolution.h"
#include "jpeg/header_template.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace framegate::jpeg {

/// What a picture must be.
struct Expectation {
    std::optional<Resolution> size; ///< the commanded size; none: any
    std::string sensor;             ///< "ov2640": its header layout must be kept; empty: any baseline JPEG
    std::size_t soiOffset = 0;      ///< where the picture starts: 1 on boards with a dummy byte, else 0
    std::size_t zeroTailBytes = 0;  ///< zero bytes allowed after the end of the picture
    std::shared_ptr<const HeaderTemplate> layout{}; ///< a learnt header that must be kept as well
};

/// What the validator found. When invalid, `code` is the first failing layer's and `offset` where.
struct Verdict {
    bool valid = false;
    std::string code;   ///< permanent, docs/failure-codes.md; empty when valid
    std::string detail; ///< one sentence: marker, MCU, expected, got
    std::size_t offset = 0;
    std::optional<std::uint8_t> marker; ///< the second byte of the marker concerned, if one is
    std::optional<std::uint32_t> mcu;   ///< in the scan: which, counted from 0
    std::string expected;               ///< where one value was expected: it, and what stood there
    std::string got;
    std::optional<Resolution> size;            ///< as its frame header says
    std::optional<std::size_t> eoiOffset;      ///< of FF D9, from the walk, never searched
    std::size_t tailBytes = 0;                 ///< after FF D9
    std::shared_ptr<const CodedPicture> coded; ///< once the walk is complete
};

/// Judges \a bytes. Reentrant; time and memory are bounded by the number of bytes and the picture size,
/// which is refused above 8192x8192.
Verdict validate(std::span<const std::byte> bytes, const Expectation& expectation);

/// The sensors that may be named. The header's layout is known well enough to be asked for of the OV2640
/// alone.
bool knowsSensor(std::string_view sensor);

/// Has libjpeg-turbo read the whole of \a bytes at 1/8 scale, pixels thrown away: its opinion for less than
/// half of decode()'s time, as it checks every code all the same.
/// Errors: as decode().
Result<> hearDecoder(std::span<const std::byte> bytes);

/// Decodes by libjpeg-turbo, an implementation independent of the validator, into pixels filled beforehand.
/// Errors: Module `JPEG_DECODER_WARNING` with the first warning, `JPEG_DECODER_ERROR`.
Result<DecodedPicture> decode(std::span<const std::byte> bytes);

} // namespace framegate::jpeg
