// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/chart_description.h"
#include "domain/measurement.h"
#include "domain/pictures.h"
#include "imaging/grey_picture.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::imaging {

/// A place in a picture, in pixels; whole numbers are the middles of pixels.
struct ImagePoint {
    double x = 0;
    double y = 0;
};

/// Where a chart's points come out in a picture: a homography, then a radial distortion about the picture's
/// middle. A value.
struct ChartProjection {
    std::array<double, 9> homography{}; ///< rows; chart widths to pixels; the last is 1
    double radial = 0;                  ///< by what share a point at the picture's corner moves outwards
    Resolution size;                    ///< of the picture

    ImagePoint operator()(ChartPoint point) const;
    /// Without the distortion.
    ImagePoint undistorted(ChartPoint point) const;
    std::array<ImagePoint, 4> quad(const std::array<ChartPoint, 4>& corners) const;
};

/// A fiducial in a picture.
struct FoundFiducial {
    int id = 0;
    std::array<ImagePoint, 4> corners{}; ///< of the black frame: the chart's top left first, clockwise
};

/// A square or patch in a picture.
struct FoundArea {
    std::string name;
    std::array<ImagePoint, 4> corners{}; ///< the chart's top left first, clockwise
};

/// A chart, all of it, in a picture.
struct FoundChart {
    ChartProjection projection;
    std::vector<FoundFiducial> fiducials; ///< in the chart's order
    std::vector<FoundArea> squares;       ///< in the chart's order
    std::vector<FoundArea> patches;       ///< in the chart's order
    double residualPx = 0; ///< root mean square distance of corners found from corners expected
};

/// Looks for \a chart in \a picture through its fiducials, whose edges are located to a few hundredths of a
/// pixel in linear light (the picture is taken as sRGB). Works from 320 pixels of width. Reentrant.
/// Errors, none of which blames the unit: Io
/// `CHART_NOT_FOUND` nothing like a chart; `CHART_INCOMPLETE` some fiducials only, the message names the
/// missing ones; `CHART_OTHER` fiducials of another chart; `CHART_MIRRORED`; `CHART_TURNED` by more than 45°,
/// the message says how far; `CHART_DEFOCUSED` shapes of a chart without a readable fiducial; `CHART_BENT`
/// the fiducials do not lie on a plane. Internal `IMAGING` when OpenCV gives up.
Result<FoundChart> findChart(const DecodedPicture& picture, const ChartDescription& chart);
/// The same in a picture's luma, of 8 bits.
Result<FoundChart> findChart(const GreyPicture& luma, const ChartDescription& chart);

/// The names of geometryReadings().
std::vector<std::string_view> geometryReadingNames();

/// How the camera looks at the chart (docs/chart.md has the definitions).
std::vector<Reading> geometryReadings(const FoundChart& found, const ChartDescription& chart);

} // namespace framegate::imaging
