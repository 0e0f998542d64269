// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/coefficient_table.h"

#include <algorithm>

namespace framegate::jpeg {
namespace {

constexpr std::uint8_t sixteenZeros = 0xF0;

CoefficientTable::Entry entryFor(const HuffmanTable& ac, std::uint32_t next, unsigned harmlessSize) {
    unsigned length = 0;
    unsigned advance = 0;
    while (length < CoefficientTable::bits && advance < 63) {
        const auto rest = (next << length) & ((1U << CoefficientTable::bits) - 1);
        const auto match = ac.match(rest << (16 - CoefficientTable::bits));
        const unsigned size = match.symbol & 15U;
        const bool fits =
            match.bits != 0 && length + match.bits <= CoefficientTable::bits && size <= harmlessSize;
        // What must follow sixteen zeros depends on the next code: left to careful decoding.
        if (!fits || match.symbol == sixteenZeros) break;
        length += match.bits + size;
        if (match.symbol == 0) return {length, advance, true};
        advance += (match.symbol >> 4) + 1U;
    }
    if (advance == 0 || advance >= 63) return {};
    return {length, advance, false};
}

} // namespace

CoefficientTable::CoefficientTable(const HuffmanTable& ac, unsigned harmlessSize) {
    for (std::uint32_t next = 0; next < entries_.size(); ++next)
        entries_[next] = entryFor(ac, next, harmlessSize);
}

} // namespace framegate::jpeg
