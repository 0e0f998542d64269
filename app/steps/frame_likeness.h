// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/pictures.h"
#include "domain/sensor_description.h"

#include <array>
#include <cstdint>
#include <vector>

namespace framegate {

/// The mean red, green and blue of an MCU, in levels above (below) the middle grey.
using BlockColour = std::array<float, 3>;

/// Of luma and chroma levels (ITU-R BT.601 as in JFIF), all from the middle.
BlockColour colourOf(float luma, float cb, float cr);

/// What a valid frame shows, as far as two of them can be compared.
struct Look {
    std::size_t bytes = 0;           ///< up to EOI
    std::vector<double> means;       ///< of each component, in levels
    std::vector<BlockColour> colour; ///< of each MCU, in the order of the file
    std::uint16_t mcusWide = 0;
    std::uint16_t mcusHigh = 0;
    double step = 0; ///< levels by which rounding can move an MCU's colour: one step of its DC quantisers
};

/// The look of a valid picture, by its DC image.
Look lookOf(const CodedPicture& picture);

/// How much brighter and more contrasty one picture is than another, for each of red, green and blue:
/// other = gain × one + offset.
struct ToneFit {
    std::array<double, 3> gain{1, 1, 1};
    std::array<double, 3> offset{};
    double differs(const BlockColour& one,
                   const BlockColour& other) const; ///< in levels, of the worst channel
};

/// The fit that most of the pairs agree with; those far from it do not pull it.
ToneFit fitTone(const std::vector<BlockColour>& one, const std::vector<BlockColour>& other);

/// Share of MCUs in which the two, of one size, differ visibly: by more than six levels, or by more than
/// rounding can where the quantisers are coarse.
double changedShare(const Look& a, const Look& b);

/// Whether both are alike in length by the sensor's rule, and in the mean of each component.
bool steady(const Look& a, const Look& b, const SettleRule& rule);
/// Whether both show the same: steady, and alike in all but a very few MCUs. Only noise differs then.
bool alike(const Look& a, const Look& b, const SettleRule& rule);

/// Whether a change of exposure or white balance cannot explain how \a odd differs from \a usual, a frame of
/// the same size and scene.
bool isOdd(const Look& odd, const Look& usual);

} // namespace framegate
