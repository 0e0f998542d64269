// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::driver {

/// Follows a JPEG byte by byte: whether it begins as one, which size its header says, and where it ends. No
/// memory but a few words. It does not look into the coded picture: a PC can (framegate verify).
class PictureCheck {
public:
    /// Takes the next bytes; returns how many of them belong to the picture, all until it has ended.
    std::size_t take(std::span<const std::uint8_t> bytes);

    bool broken() const { return state_ == State::Broken; } ///< no JPEG, or a header that is none
    bool ended() const { return state_ == State::Ended; }   ///< EOI has come
    /// Of the frame header, 0 before it came.
    std::uint16_t width() const { return width_; }
    std::uint16_t height() const { return height_; }

private:
    enum class State : std::uint8_t {
        Soi,
        SoiSecond,
        Marker,
        MarkerSecond,
        Length,
        LengthSecond,
        Segment,
        Scan,
        ScanMarker,
        Ended,
        Broken
    };

    State next(std::uint8_t byte);
    State afterLength();
    State segmentByte(std::uint8_t byte);

    State state_ = State::Soi;
    std::uint8_t marker_ = 0;
    std::uint16_t left_ = 0; ///< of the segment
    std::uint16_t at_ = 0;   ///< in it
    std::uint16_t width_ = 0;
    std::uint16_t height_ = 0;
};

} // namespace framegate::driver
