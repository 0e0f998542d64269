// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace framegate::jpeg {

/// A Huffman table of ITU-T T.81, annex C, ready to decode with.
class HuffmanTable {
public:
    /// From the counts of codes by length (1…16) and the symbols in order of code. None if the counts
    /// describe no prefix code, or leave no room for the code of all ones, which T.81 forbids.
    static std::optional<HuffmanTable> make(std::span<const std::uint8_t, 16> counts,
                                            std::span<const std::uint8_t> symbols);

    /// A decoded symbol and how many bits it took; no bits: no code begins like this.
    struct Match {
        std::uint8_t symbol = 0;
        std::uint8_t bits = 0;
    };
    /// Decodes the code at the top of \a next16, sixteen bits.
    Match match(std::uint32_t next16) const {
        const auto quick = quick_[next16 >> (16 - quickBits)];
        return quick.bits != 0 ? quick : matchLong(next16);
    }
    std::span<const std::uint8_t> symbols() const { return symbols_; }

private:
    static constexpr unsigned quickBits = 10;
    Match matchLong(std::uint32_t next16) const;

    std::array<Match, 1U << quickBits> quick_{};
    std::array<std::uint32_t, 17> end_{};   ///< by length: first 16-bit pattern beyond this length's codes
    std::array<std::uint32_t, 17> first_{}; ///< by length: first code, at the top of 16 bits
    std::array<std::uint16_t, 17> place_{}; ///< by length: its symbol
    std::vector<std::uint8_t> symbols_;
};

} // namespace framegate::jpeg
