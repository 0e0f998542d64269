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

std::optional<std::uint64_t> EntropySegment::zeroStretch(std::size_t bytes) const {
    // Of the words looked at, one in sixteen bytes, at least one lies whole in any stretch this long.
    constexpr std::size_t step = 16;
    const auto* const data = unstuffed_.data();
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= size_; at += step) {
        std::uint64_t word;
        std::memcpy(&word, data + at, sizeof word);
        if (word != 0) continue;
        auto begin = at;
        while (begin > 0 && data[begin - 1] == 0)
            --begin;
        auto end = at;
        while (end < size_ && data[end] == 0)
            ++end;
        if (end - begin >= bytes) return begin * 8;
        at = (end / step) * step;
    }
    return std::nullopt;
}

} // namespace framegate::jpeg
