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
    /// Values of a category beyond \a harmlessSize are left out: they need a closer look.
    CoefficientTable(const HuffmanTable& ac, unsigned harmlessSize);

    static constexpr unsigned bits = 12; ///< looked at; two tables fit the first-level cache

    static constexpr unsigned longest = bits + 10;

    /// A small word: the more entries stay in the cache.
    class Entry {
    public:
        constexpr Entry() = default;
        constexpr Entry(unsigned length, unsigned advance, bool endOfBlock)
            : word_(static_cast<std::uint16_t>(length | advance << 5 | (endOfBlock ? 1U << 11 : 0U))) {}
        /// Bits of all that is counted here, \ref longest at most.
        constexpr unsigned length() const { return word_ & 0x1F; }
        /// Coefficients passed, zero or not; 63, more than any block has room for: nothing that fits.
        constexpr unsigned advance() const { return word_ >> 5 & 0x3F; }
        constexpr bool endOfBlock() const { return word_ >> 11 != 0; }

    private:
        std::uint16_t word_ = 63 << 5;
    };
    /// \a next holds the next \ref bits bits.
    Entry look(std::uint32_t next) const { return entries_[next]; }

private:
    std::array<Entry, 1U << bits> entries_;
};

} // namespace framegate::jpeg
