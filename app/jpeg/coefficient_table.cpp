// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/coefficient_table.h"

#include <algorithm>

namespace framegate::jpeg {
namespace {

constexpr std::uint8_t sixteenZeros = 0xF0;

CoefficientTable::Entry entryFor(const HuffmanTable& ac, std::uint32_t next) {
    unsigned length = 0;
    unsigned advance = 0;
    unsigned largestSize = 0;
    while (length < CoefficientTable::bits) {
        const auto rest = (next << length) & ((1U << CoefficientTable::bits) - 1);
        const auto match = ac.match(rest << (16 - CoefficientTable::bits));
        const unsigned size = match.symbol & 15U;
        const bool fits = match.bits != 0 && length + match.bits <= CoefficientTable::bits;
        // What must follow sixteen zeros depends on the next code: left to careful decoding.
        if (!fits || match.symbol == sixteenZeros) break;
        length += match.bits + size;
        if (match.symbol == 0) return {length, advance, largestSize, true};
        advance += (match.symbol >> 4) + 1U;
        largestSize = std::max(largestSize, size);
    }
    return {length, advance, largestSize, false};
}

} // namespace

CoefficientTable::CoefficientTable(const HuffmanTable& ac) {
    for (std::uint32_t next = 0; next < entries_.size(); ++next)
        entries_[next] = entryFor(ac, next);
}

} // namespace framegate::jpeg
