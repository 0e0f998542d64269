// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/huffman.h"

namespace framegate::jpeg {

std::optional<HuffmanTable> HuffmanTable::make(std::span<const std::uint8_t, 16> counts,
                                               std::span<const std::uint8_t> symbols) {
    HuffmanTable table;
    table.symbols_.assign(symbols.begin(), symbols.end());
    std::uint32_t code = 0; // at the top of 16 bits
    std::uint16_t place = 0;
    for (unsigned length = 1; length <= 16; ++length) {
        const std::uint32_t step = 1U << (16 - length);
        table.first_[length] = code;
        table.place_[length] = place;
        code += counts[length - 1] * step;
        place = static_cast<std::uint16_t>(place + counts[length - 1]);
        table.end_[length] = code;
        if (code > 0xFFFF) return std::nullopt; // too many codes, or the code of all ones is used
    }
    if (place != symbols.size() || place == 0) return std::nullopt;
    for (std::uint32_t top = 0; top < table.quick_.size(); ++top) {
        const auto match = table.matchLong(top << (16 - quickBits));
        if (match.bits != 0 && match.bits <= quickBits) table.quick_[top] = match;
    }
    return table;
}

HuffmanTable::Match HuffmanTable::matchLong(std::uint32_t next16) const {
    for (unsigned length = 1; length <= 16; ++length) {
        if (next16 >= end_[length]) continue;
        const auto index = place_[length] + ((next16 - first_[length]) >> (16 - length));
        return {symbols_[index], static_cast<std::uint8_t>(length)};
    }
    return {};
}

} // namespace framegate::jpeg
