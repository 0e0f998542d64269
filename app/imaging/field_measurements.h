// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/measurement.h"
#include "domain/pictures.h"
#include "imaging/chart_finder.h"
#include "imaging/grey_view.h"

#include <string_view>
#include <vector>

namespace framegate::imaging {

/// A place of a uniform field that is darker or brighter than what is around it.
struct Blemish {
    ImagePoint centre;
    double contrast = 0;  ///< %, of the light around it; negative is dark
    double area = 0;      ///< % of the picture
    bool central = false; ///< in the middle half of the picture, by width and height
};

/// Pixels that stand out from those around them.
struct PixelDefect {
    ImagePoint centre;
    unsigned pixels = 0; ///< beyond the threshold
    double excess = 0;   ///< levels, of the worst
    double weight = 0;   ///< levels that are missing or too many, of the nine pixels with most
};

/// What pictures of a uniform field, or of darkness, show.
struct FieldMeasurements {
    std::vector<Reading> readings;
    std::vector<Blemish> blemishes;
    std::vector<PixelDefect> defects;
    int peakRow = -1; ///< that row_peak is of; -1 where rows were not measured
    int peakColumn = -1;
};

/// Measures two pictures of one uniform field, taken alike; \a curve turns levels into light. Reentrant.
/// Errors: Io `FIELD_LIGHT` where it is far too dark or too bright to be measured, `FIELD_NOT_UNIFORM` where
/// it looks like a scene rather than a field; InvalidInput `FIELD_SIZE` for pictures of different or tiny
/// size; Internal `IMAGING` when OpenCV gives up.
Result<FieldMeasurements> measureField(const DecodedPicture& first, const DecodedPicture& second,
                                       const ToneCurve& curve);
std::vector<std::string_view> fieldReadingNames();

/// Measures a picture taken in the dark. Errors: Io `DARK_LIGHT` where it is not dark; as above.
Result<FieldMeasurements> measureDark(const DecodedPicture& picture);
std::vector<std::string_view> darkReadingNames();

} // namespace framegate::imaging
