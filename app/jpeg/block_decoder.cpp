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

/// As passAc(), each coefficient by itself, and their energy summed.
BlockFault BlockDecoder::weighAc(BitReader& reader) const {
    double energy = 0;
    double quantisers = 0;
    Careful step{reader};
    while (step.k < 63) {
        step = decodeOne(step.reader, step.k);
        if (step.fault != BlockFault::None) return step.fault;
        if (step.k > 63) break;
        energy += static_cast<double>(step.value * step.value);
        quantisers += static_cast<double>(quantisation_[step.k]) * quantisation_[step.k];
    }
    reader = step.reader;
    return energy > 0 && energy > energyAllowed(quantisers) ? BlockFault::Energy : BlockFault::None;
}

} // namespace framegate::jpeg
