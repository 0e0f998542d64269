// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::jpeg {

/// Bits of an entropy-coded segment: stuffed zeros are taken out, and a marker or the end of the bytes is
/// not read over. Beyond that the reader gives zeros and remembers that it had to.
class BitReader {
public:
    BitReader(std::span<const std::uint8_t> bytes, std::size_t at) : bytes_(bytes), at_(at) {}

    /// The next sixteen bits, without taking them.
    std::uint32_t peek16() {
        if (held_ < 16) refill();
        return static_cast<std::uint32_t>(bits_ >> 48);
    }
    /// Takes \a count bits, at most sixteen of those peeked at.
    void skip(unsigned count) {
        bits_ <<= count;
        held_ -= static_cast<int>(count);
        taken_ += count;
    }
    std::uint32_t take(unsigned count) {
        if (count == 0) return 0;
        const auto value = peek16() >> (16 - count);
        skip(count);
        return value;
    }
    /// Whether bits were taken that are not there.
    bool overrun() const { return held_ < 0; }
    std::uint64_t taken() const { return taken_; }

    /// Bits of the byte begun that were not taken: 0…7.
    unsigned leftInByte() const { return held_ > 0 ? static_cast<unsigned>(held_) % 8 : 0; }
    /// Whole bytes read ahead but not taken, not counting stuffed zeros.
    bool holdsWholeByte() const { return held_ >= 8; }
    /// Bits read ahead and not taken.
    int leftWholeBits() const { return held_; }
    /// Where reading stopped: at a marker, at the end, or just where the reader is.
    std::size_t position() const { return at_; }
    /// Goes on at \a at with nothing held.
    void restart(std::size_t at) {
        at_ = at;
        bits_ = 0;
        held_ = 0;
    }

private:
    void refill() {
        while (held_ <= 48 && at_ < bytes_.size()) {
            const std::uint8_t byte = bytes_[at_];
            if (byte == 0xFF) {
                if (at_ + 1 >= bytes_.size() || bytes_[at_ + 1] != 0) return;
                ++at_;
            }
            ++at_;
            if (held_ < 0) return; // already overrun: nothing sensible follows
            bits_ |= std::uint64_t{byte} << (56 - held_);
            held_ += 8;
        }
    }

    std::span<const std::uint8_t> bytes_;
    std::size_t at_;
    std::uint64_t bits_ = 0;
    int held_ = 0; ///< below zero: bits taken that were not there
    std::uint64_t taken_ = 0;
};

} // namespace framegate::jpeg
