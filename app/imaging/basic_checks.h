// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/measurement.h"
#include "domain/pictures.h"

#include <string_view>
#include <vector>

namespace framegate::imaging {

/// Keeps OpenCV from starting threads of its own: the slots are the parallelism. Call once, early.
void keepToOneThread();

/// Compares what the entropy walk read, by code of our own, with the pixels that libjpeg-turbo made of the
/// same bytes: of each whole 8x8 block that nothing clips, the mean luma must be what its DC coefficient
/// says. Errors: Internal `DECODER_DISAGREEMENT` when the sizes differ or a block's mean by more than two
/// levels; the message gives the first such block; Internal `IMAGING` when OpenCV gives up. It is the
/// station's doubt, never the unit's fault.
Result<> decodersAgree(const CodedPicture& coded, const DecodedPicture& picture);

/// The names of basicReadings().
std::vector<std::string_view> basicReadingNames();

/// What can be said of any picture without knowing the scene: mean and spread of luma, clipped shares,
/// contrast at the finest scale, identical rows, colour balance. Each reading carries the picture's size.
/// Reentrant. Errors: Internal `IMAGING` when OpenCV gives up.
Result<std::vector<Reading>> basicReadings(const DecodedPicture& picture);

} // namespace framegate::imaging
