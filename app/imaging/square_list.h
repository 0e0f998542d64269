// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "imaging/edge_place.h"

#include <string_view>
#include <vector>

namespace framegate::imaging {

/// A square of a list, and what its edges are known to measure, if that is known.
struct ListedSquare {
    SquarePlace place;
    double mtf50 = 0; ///< cycles/pixel; 0: not given
};

/// Reads a list of squares: CSV with the header `mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px`, one
/// row a square; the first field may be empty. At most 10,000 rows. Errors: InvalidInput `EDGE_LIST`, naming
/// \a name and the line.
Result<std::vector<ListedSquare>> parseSquares(std::string_view text, std::string_view name);

} // namespace framegate::imaging
