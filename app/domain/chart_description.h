// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace framegate {

/// A place on a chart, in fractions of the chart's width from its top left corner: x to the right, y down.
struct ChartPoint {
    double x = 0;
    double y = 0;
};

/// Reflectances of a surface, 0…1: red, green and blue of linear sRGB (D65).
using ChartColour = std::array<double, 3>;

/// Cells along a fiducial's side that carry its code, and with the black frame.
inline constexpr int chartCodeCells = 4;
inline constexpr int chartFrameCells = chartCodeCells + 2;

/// What all fiducials of a chart share.
struct ChartMarker {
    double side = 0;   ///< with the black frame, in chart widths
    double margin = 0; ///< of white round the frame, in chart widths
    double white = 0;  ///< reflectance
    double black = 0;  ///< reflectance
};

/// One fiducial: a square of 4 × 4 cells in a black frame of one cell.
struct ChartFiducial {
    int id = 0;
    ChartPoint centre;
    std::uint16_t bits = 0; ///< rows from the top, the highest bit first; 1 is white
    /// Is the cell white? \a row and \a column count from 0 with the frame, to chartFrameCells - 1.
    bool white(int row, int column) const;
};

/// Where in the field of view a square lies.
enum class ChartZone : std::uint8_t { Centre, Middle, Edge, Corner };

/// A dark square whose edges lean.
struct ChartSquare {
    std::string name;
    ChartZone zone = ChartZone::Centre;
    ChartPoint centre;
    double side = 0;        ///< in chart widths
    double degrees = 0;     ///< turned clockwise as seen
    double reflectance = 0; ///< on the background
    /// Its corners in order round it, the one nearest the chart's top left first.
    std::array<ChartPoint, 4> corners() const;
};

/// An upright square of one colour.
struct ChartPatch {
    std::string name; ///< the same for a patch and its twin
    bool grey = false;
    bool mirrored = false; ///< the twin in the right half
    ChartPoint centre;
    double side = 0; ///< in chart widths
    ChartColour colour{};
    std::array<ChartPoint, 4> corners() const;
};

/// A disc that sends back hardly any light.
struct ChartTrap {
    ChartPoint centre;
    double radius = 0; ///< in chart widths
    double reflectance = 0;
};

/// Upright bars, as wide as the gaps between them, in groups of equal width, coarse to fine from the left.
struct ChartWedge {
    ChartPoint centre;
    double width = 0;  ///< in chart widths
    double height = 0; ///< in chart widths
    double reflectance = 0;
    std::vector<double> pitches; ///< bar and gap, in chart widths
};

/// A line of text.
struct ChartLabel {
    std::string text;
    ChartPoint centre;
    double height = 0; ///< of capitals, in chart widths
    double reflectance = 0;
};

/// A test chart as data (fixtures/charts): what is printed, what the simulation shows to its sensors, and
/// what is looked for in pictures. A value.
struct ChartDescription {
    std::string name;
    std::string version;
    double height = 0;     ///< in chart widths
    double background = 0; ///< reflectance
    double paper = 0;      ///< reflectance of a place that is not printed
    ChartMarker marker;
    std::vector<ChartFiducial> fiducials;
    std::vector<ChartSquare> squares;
    std::vector<ChartPatch> patches; ///< each followed by its twin
    ChartTrap trap;
    ChartWedge wedge;
    ChartLabel label;
    std::string sha256; ///< of the file
};

/// The corners of a square of side \a side about \a centre, turned by \a degrees clockwise as seen (y points
/// down): top left, top right, bottom right, bottom left.
std::array<ChartPoint, 4> squareCorners(ChartPoint centre, double side, double degrees);

/// \a bits of a fiducial turned a quarter clockwise.
std::uint16_t turnedClockwise(std::uint16_t bits);

} // namespace framegate
