// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"
#include "steps/frame_likeness.h"

#include <cstdint>
#include <vector>

namespace framegate {

inline constexpr unsigned sketchColumns = 8;
inline constexpr unsigned sketchRows = 6;

/// A picture in so few cells that all sizes of a sensor can be compared, and signs of damage of its own.
struct SceneSketch {
    Resolution size;
    std::vector<BlockColour> cells; ///< sketchColumns × sketchRows, rows from the top: mean colours
    std::uint16_t mcusWide = 0;
    std::uint16_t mcusHigh = 0;
    unsigned repeatedRows = 0;    ///< MCU rows at the end that each equal the row above
    std::uint32_t filledMcus = 0; ///< MCUs at the end that all show the same colour
};

/// The sketch of a valid picture; \a look is its look.
SceneSketch sketchOf(const CodedPicture& picture, const Look& look);

/// How two sketches of one scene differ once exposure, white balance and field of view are alike.
struct SceneDifference {
    double levels = 0;   ///< what 19 of 20 cells stay below
    unsigned column = 0; ///< the cell that differs most
    unsigned row = 0;
    double step = 0; ///< levels between what comes before and what comes after, where one place divides them
    unsigned stepRow = 0; ///< of that place, in rows of the sketch
};

/// Cells that only one of them sees do not count. With less than half of the cells in common, or too little
/// of them that fits, everything differs.
SceneDifference differenceOf(const SceneSketch& one, const SceneSketch& other);

} // namespace framegate
