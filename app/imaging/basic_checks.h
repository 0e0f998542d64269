// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/measurement.h"
#include "domain/pictures.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace framegate::imaging {

/// Keeps OpenCV from starting threads of its own: the slots are the parallelism. Call once, early.
void keepToOneThread();

/// Decodes \a bytes by cv::imdecode as well and compares with \a picture.
/// Errors: Internal `DECODER_DISAGREEMENT` when the sizes differ or any pixel by more than two levels; the
/// message gives the first such pixel. It is the station's doubt, never the unit's fault.
Result<> decodersAgree(std::span<const std::byte> bytes, const DecodedPicture& picture);

/// The names of basicReadings().
std::vector<std::string_view> basicReadingNames();

/// What can be said of any picture without knowing the scene: mean and spread of luma, clipped shares,
/// contrast at the finest scale, identical rows, colour balance. Each reading carries the picture's size.
/// Reentrant. Errors: Internal `IMAGING` when OpenCV gives up.
Result<std::vector<Reading>> basicReadings(const DecodedPicture& picture);

} // namespace framegate::imaging
