// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "imaging/chart_measurements.h"

#include <string>
#include <vector>

namespace framegate {

/// Writes `NAME-overlay.png`, `NAME-focus.png` and `NAME-sfr.png` into \a folder, NAME being that of the
/// picture's \a file without its ending. Edges have the colour of the limit that they count for.
/// Errors: those of writeFileAtomically(); Io `PICTURE_DRAWING`.
Result<> drawMeasured(const DecodedPicture& picture, const imaging::ChartMeasurements& measured,
                      const std::vector<Measurement>& judged, const std::string& file,
                      const std::string& folder);

} // namespace framegate
