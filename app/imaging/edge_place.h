// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace framegate::imaging {

/// A point of a picture in pixels; the centre of the first pixel is 0, 0.
struct PicturePoint {
    double x = 0;
    double y = 0;
};

/// Where a straight edge roughly is. The ends are its corners, right to within some pixels.
struct EdgePlace {
    PicturePoint start;
    PicturePoint end;
    double reach = 32; ///< pixels across the edge, each way, in which nothing else lies
};

/// The sides of a square, as they lie in the picture.
enum class Side { Top, Right, Bottom, Left };

/// "top", "right", "bottom", "left".
std::string_view sideText(Side side);

/// Where a square roughly is.
struct SquarePlace {
    PicturePoint centre;
    double side = 0;         ///< pixels
    double angleDegrees = 0; ///< by which it is turned from upright, anticlockwise as seen; a multiple of 90
                             ///< more changes nothing
};

/// The four edges of a square, in the order top, right, bottom, left.
std::array<EdgePlace, 4> edgesOf(const SquarePlace& square);

} // namespace framegate::imaging
