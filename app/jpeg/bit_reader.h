// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace framegate::jpeg {

/// The entropy-coded bytes up to the next marker or the end, with the stuffed zeros taken out.
class EntropySegment {
public:
    /// Reads \a bytes from \a begin on; what was held is replaced.
    void read(std::span<const std::uint8_t> bytes, std::size_t begin);

    /// Where the marker's FF stands that ended the segment, or a lone FF at the very end, or the end.
    std::size_t end() const { return end_; }
    const std::uint8_t* data() const { return unstuffed_.data(); }
    std::uint64_t bits() const { return size_ * 8; }
    /// Where the byte stands in the picture that holds bit \a bit.
    std::size_t offsetOf(std::uint64_t bit) const;

    /// The first bit of the first stretch of at least \a bytes zero bytes, if there is one. \a bytes 23 at
    /// least.
    std::optional<std::uint64_t> zeroStretch(std::size_t bytes) const;

    /// Zero bytes after the last one, which a reader may run into: more than an MCU's six blocks can take.
    static constexpr std::size_t margin = 2048;

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t size_ = 0;
    std::vector<std::uint8_t> unstuffed_;
};

/// Bits of an EntropySegment; a small value, quickest as a local variable. It does not know where the bytes
/// end: compare taken() with the segment's bits after each MCU.
class BitReader {
public:
    explicit BitReader(const std::uint8_t* bytes) : begin_(bytes), next_(bytes) {}

    /// Makes at least 56 bits available to peek and skip.
    void ensure() {
        std::uint64_t word;
        std::memcpy(&word, next_, sizeof word);
        if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
        // Bits beyond the whole bytes counted come along; the next time puts the same there.
        bits_ |= word >> held_;
        next_ += (63 - held_) >> 3;
        held_ |= 56;
    }
    /// The next \a count bits, 1…32, without taking them.
    std::uint32_t peek(unsigned count) const { return static_cast<std::uint32_t>(bits_ >> (64 - count)); }
    /// Takes \a count bits of those ensured.
    void skip(unsigned count) {
        bits_ <<= count;
        held_ -= count;
    }
    /// Takes \a count bits of those ensured, none for 0.
    std::uint32_t take(unsigned count) {
        const auto value = static_cast<std::uint32_t>((bits_ >> 1) >> (63 - count));
        skip(count);
        return value;
    }
    /// Bits left of those ensured.
    unsigned held() const { return held_; }
    std::uint64_t taken() const { return static_cast<std::uint64_t>(next_ - begin_) * 8 - held_; }

private:
    const std::uint8_t* begin_;
    const std::uint8_t* next_;
    std::uint64_t bits_ = 0;
    unsigned held_ = 0;
};

} // namespace framegate::jpeg
