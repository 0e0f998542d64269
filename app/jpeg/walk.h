// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/pictures.h"
#include "jpeg/fault.h"
#include "jpeg/header.h"

#include <cstdint>
#include <optional>
#include <span>

namespace framegate::jpeg {

/// Decodes every code of the scan without making a pixel: codes, runs, categories and ranges must be legal,
/// the number of MCUs exact, the padding all ones, and EOI must follow at once. Fills in \a picture.
std::optional<Fault> walkScan(std::span<const std::uint8_t> bytes, const Header& header,
                              CodedPicture& picture);

} // namespace framegate::jpeg
