// SPDX-License-Identifier: MIT
#include "driver/picture_check.h"

namespace framegate::driver {
namespace {

constexpr std::uint8_t soi = 0xD8;
constexpr std::uint8_t eoi = 0xD9;
constexpr std::uint8_t startOfScan = 0xDA;
constexpr std::uint8_t baselineFrame = 0xC0;

bool isRestart(std::uint8_t marker) {
    return marker >= 0xD0 && marker <= 0xD7;
}

} // namespace

std::size_t PictureCheck::take(std::span<const std::uint8_t> bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && state_ != State::Ended && state_ != State::Broken)
        state_ = next(bytes[taken++]);
    return state_ == State::Broken ? bytes.size() : taken;
}

PictureCheck::State PictureCheck::next(std::uint8_t byte) {
    switch (state_) {
    case State::Soi:
        return byte == 0xFF ? State::SoiSecond : State::Broken;
    case State::SoiSecond:
        return byte == soi ? State::Marker : State::Broken;
    case State::Marker:
        return byte == 0xFF ? State::MarkerSecond : State::Broken;
    case State::MarkerSecond:
        marker_ = byte;
        return byte >= baselineFrame && byte != 0xFF ? State::Length : State::Broken;
    case State::Length:
        left_ = static_cast<std::uint16_t>(byte << 8);
        return State::LengthSecond;
    case State::LengthSecond:
        left_ = static_cast<std::uint16_t>(left_ | byte);
        return afterLength();
    case State::Segment:
        return segmentByte(byte);
    case State::Scan:
        return byte == 0xFF ? State::ScanMarker : State::Scan;
    case State::ScanMarker:
        if (byte == eoi) return State::Ended;
        return byte == 0 || isRestart(byte) ? State::Scan : State::Broken;
    default:
        return state_;
    }
}

PictureCheck::State PictureCheck::afterLength() {
    if (left_ < 2) return State::Broken;
    left_ = static_cast<std::uint16_t>(left_ - 2);
    at_ = 0;
    return left_ == 0 ? State::Marker : State::Segment;
}

/// A frame header holds precision, then height and width, two bytes each.
PictureCheck::State PictureCheck::segmentByte(std::uint8_t byte) {
    if (marker_ == baselineFrame && at_ >= 1 && at_ <= 4) {
        auto& value = at_ <= 2 ? height_ : width_;
        value = static_cast<std::uint16_t>(value << 8 | byte);
    }
    ++at_;
    if (--left_ > 0) return State::Segment;
    return marker_ == startOfScan ? State::Scan : State::Marker;
}

} // namespace framegate::driver
