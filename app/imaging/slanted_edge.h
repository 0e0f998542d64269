// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "imaging/edge_place.h"
#include "imaging/grey_view.h"

#include <array>

namespace framegate::imaging {

/// What one slanted edge says of the sharpness across it. docs/mtf.md defines each figure. All are finite.
struct EdgeSharpness {
    static constexpr std::size_t responses = 65;

    double mtf50 = 0;            ///< cycles/pixel at which the response first falls to 0.5
    double mtf50Uncertainty = 0; ///< standard uncertainty of it, cycles/pixel
    double mtf50p = 0;           ///< cycles/pixel at which it falls to half its peak
    double mtfHalfNyquist = 0;   ///< response at 0.25 cycles/pixel
    double oversharpening = 0;   ///< peak of the response beyond 1; 0 where it never rises
    double angleDegrees = 0;     ///< of the edge from the axis it lies nearer to, anticlockwise as seen
    double bendPixels = 0;       ///< how far the middle of the edge stands off the line through its ends
    double darkLight = 0;        ///< light on the darker side at the edge, 0…1
    double brightLight = 0;      ///< and on the brighter
    double noise = 0;            ///< standard deviation of single pixels beside it, as a share of the step
    std::array<float, responses> response{}; ///< at 0, 1/64, 2/64 … 1 cycles/pixel

    /// Michelson contrast, 0…1.
    double contrast() const { return (brightLight - darkLight) / (brightLight + darkLight); }
};

/// Measures the edge near \a place. Reentrant; time and memory are bounded by the place's length and reach,
/// of which at most 2048 and 64 pixels are used.
/// Errors: InvalidInput `EDGE_PLACE` when the place or the picture makes no sense or the edge lies outside;
/// Module `EDGE_SHORT`, `EDGE_CONTRAST`, `EDGE_CLIPPED`, `EDGE_ANGLE`, `EDGE_BLURRED`, `EDGE_DISTURBED`,
/// `EDGE_TOO_SHARP` when the edge cannot be judged; the message says why.
Result<EdgeSharpness> measureEdge(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place);

} // namespace framegate::imaging
