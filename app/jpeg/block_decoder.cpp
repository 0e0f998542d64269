// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/block_decoder.h"

#include <algorithm>
#include <cmath>

namespace framegate::jpeg {

unsigned BlockDecoder::harmlessSize(const std::array<std::uint16_t, 64>& quantisation) {
    const auto largest = *std::max_element(quantisation.begin() + 1, quantisation.end());
    unsigned size = 0;
    while (size < 10 && !beyond((1 << (size + 1)) - 1, largest))
        ++size;
    return size;
}

BlockDecoder::BlockDecoder(const HuffmanTable& dc, const HuffmanTable& ac, const CoefficientTable& several,
                           const std::array<std::uint16_t, 64>& quantisation)
    : dcCodes_(dc),
      acCodes_(ac),
      several_(several),
      quantisation_(quantisation),
      harmlessSize_(harmlessSize(quantisation)) {}

/// Decodes a coefficient and the zeros before it.
BlockDecoder::Careful BlockDecoder::decodeOne(BitReader reader, unsigned k) const {
    for (bool zerosBefore = false;; zerosBefore = true) {
        reader.ensure();
        const auto code = acCodes_.match(reader.peek(16));
        if (code.bits == 0) return {reader, k, 0, BlockFault::AcCode};
        reader.skip(code.bits);
        const unsigned size = code.symbol & 15U;
        if (code.symbol == 0) return {reader, 64, 0, zerosBefore ? BlockFault::RunUnended : BlockFault::None};
        k += (code.symbol >> 4) + 1U;
        if (k > 63) return {reader, k, 0, BlockFault::RunBeyond};
        if (size == 0 && k == 63) return {reader, k, 0, BlockFault::RunUnended};
        if (size == 0) continue; // sixteen zeros
        const auto coefficient = extended(reader.take(size), size);
        return {reader, k, std::int64_t{coefficient} * quantisation_[k],
                beyond(coefficient, quantisation_[k]) ? BlockFault::AcRange : BlockFault::None};
    }
}

/// Samples between -128 and 127 with mean m have a variance of at most (127 - m)(m + 128) (Bhatia and Davis),
/// and the AC coefficients hold 64 times the variance (Parseval). Quantising moved each coefficient by half
/// its quantiser at most; twice that is granted, and as much for the mean.
double BlockDecoder::energyAllowed(double quantisers) const {
    const double mean = std::abs(predictor_ * quantisation_[0]) / 8.0 - quantisation_[0] / 8.0 - 1;
    const double variance = std::max(0.0, (127.5 - mean) * (mean + 128.5));
    const double norm = 8 * std::sqrt(variance) + std::sqrt(quantisers) + 16;
    return norm * norm;
}

/// As passAc(), each coefficient by itself, and their energy summed. Bright and dark surfaces are full of
/// such blocks, so that the reader is kept at hand here as well.
BlockFault BlockDecoder::weighAc(BitReader& shared) const {
    BitReader reader = shared;
    std::int64_t energy = 0;
    std::int64_t quantisers = 0;
    for (unsigned k = 0; k < 63;) {
        reader.ensure();
        const auto code = acCodes_.match(reader.peek(16));
        const unsigned size = code.symbol & 15U;
        const unsigned next = k + (code.symbol >> 4) + 1U;
        if (code.bits != 0 && code.symbol == 0) {
            reader.skip(code.bits);
            break;
        }
        std::int64_t value = 0;
        if (code.bits == 0 || size == 0 || size > harmlessSize_ || next > 63) {
            const auto careful = decodeOne(reader, k);
            if (careful.fault != BlockFault::None) return careful.fault;
            reader = careful.reader;
            k = careful.k;
            if (k > 63) break;
            value = careful.value;
        } else {
            reader.skip(code.bits);
            value = std::int64_t{extended(reader.take(size), size)} * quantisation_[next];
            k = next;
        }
        energy += value * value;
        quantisers += std::int64_t{quantisation_[k]} * quantisation_[k];
    }
    shared = reader;
    const bool much =
        energy > 0 && static_cast<double>(energy) > energyAllowed(static_cast<double>(quantisers));
    return much ? BlockFault::Energy : BlockFault::None;
}

} // namespace framegate::jpeg
