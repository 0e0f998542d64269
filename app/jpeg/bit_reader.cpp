// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/bit_reader.h"

namespace framegate::jpeg {

void EntropySegment::read(std::span<const std::uint8_t> bytes, std::size_t begin) {
    bytes_ = bytes;
    begin_ = begin;
    unstuffed_.resize(bytes.size() - begin + margin);
    auto* to = unstuffed_.data();
    const auto* const last = bytes.data() + bytes.size();
    const auto* from = bytes.data() + begin;
    for (;;) {
        const auto left = static_cast<std::size_t>(last - from);
        const auto* stop = left > 0 ? static_cast<const std::uint8_t*>(std::memchr(from, 0xFF, left)) : last;
        if (stop == nullptr) stop = last;
        const auto plain = static_cast<std::size_t>(stop - from);
        if (plain > 0) std::memcpy(to, from, plain);
        to += plain;
        from = stop;
        if (last - from < 2 || from[1] != 0) break;
        *to++ = 0xFF;
        from += 2;
    }
    end_ = static_cast<std::size_t>(from - bytes.data());
    size_ = static_cast<std::size_t>(to - unstuffed_.data());
    std::memset(to, 0, margin);
}

std::size_t EntropySegment::offsetOf(std::uint64_t bit) const {
    if (bit / 8 >= size_) return end_;
    std::size_t at = begin_;
    for (auto byte = bit / 8; byte > 0 && at < end_; --byte)
        at += bytes_[at] == 0xFF ? 2 : 1;
    return at;
}

} // namespace framegate::jpeg
