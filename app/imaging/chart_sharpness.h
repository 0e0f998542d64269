// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/chart_finder.h"
#include "imaging/slanted_edge.h"

#include <string>
#include <string_view>
#include <vector>

namespace framegate::imaging {

/// An edge of one of the chart's squares.
struct MeasuredEdge {
    std::string square;
    ChartZone zone = ChartZone::Centre;
    ImagePoint from; ///< its ends
    ImagePoint to;
    bool sagittal = false;   ///< it runs along the radius from the picture's middle rather than across it
    EdgeSharpness sharpness; ///< all zero where the edge could not be measured, or is blurred beyond measure
    std::string trouble;     ///< why not; empty where it was
    double redShift = 0; ///< pixels by which red lies further out than green; edges across the radius only
    double blueShift = 0;

    bool measured() const { return trouble.empty(); }
};

/// Edges of all squares of \a found, in the chart's order, each from the top left corner on, clockwise: all
/// four at the centre and in the corners, elsewhere one along the radius and one across it. Of a long edge
/// the middle is used. \a luma is that of \a picture.
std::vector<MeasuredEdge> measureEdges(const DecodedPicture& picture, const GreyView& luma,
                                       const FoundChart& found, const ChartDescription& chart,
                                       const ToneCurve& curve);

/// The names of sharpnessReadings().
std::vector<std::string_view> sharpnessReadingNames();

/// What the edges tell together (docs/measurements.md). A zone in which less than half of the edges could be
/// measured has no reading.
std::vector<Reading> sharpnessReadings(const std::vector<MeasuredEdge>& edges, Resolution size);

} // namespace framegate::imaging
