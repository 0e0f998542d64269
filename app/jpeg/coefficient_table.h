// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "jpeg/huffman.h"

#include <array>
#include <cstdint>

namespace framegate::jpeg {

/// What the next bits of a block's AC coefficients hold, several coefficients at one look: codes that lie
/// within the bits looked at, together with the values behind them. The last value may reach beyond.
class CoefficientTable {
public:
    explicit CoefficientTable(const HuffmanTable& ac);

    static constexpr unsigned bits = 12; ///< looked at; two tables fit the first-level cache

    static constexpr unsigned longest = bits + 10;

    /// One word, for a single load.
    class Entry {
    public:
        constexpr Entry() = default;
        constexpr Entry(unsigned length, unsigned advance, unsigned largestSize, bool endOfBlock)
            : word_(length | advance << 8 | largestSize << 16 | (endOfBlock ? 1U << 24 : 0U)) {}
        /// Bits of all that is counted here, \ref longest at most; 0: nothing that fits.
        constexpr unsigned length() const { return word_ & 0xFF; }
        /// Coefficients passed, zero or not.
        constexpr unsigned advance() const { return word_ >> 8 & 0xFF; }
        /// Of the values among them.
        constexpr unsigned largestSize() const { return word_ >> 16 & 0xFF; }
        constexpr bool endOfBlock() const { return word_ >> 24 != 0; }

    private:
        std::uint32_t word_ = 0;
    };
    /// \a next holds the next \ref bits bits.
    Entry look(std::uint32_t next) const { return entries_[next]; }

private:
    std::array<Entry, 1U << bits> entries_;
};

} // namespace framegate::jpeg
