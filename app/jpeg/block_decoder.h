// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "jpeg/bit_reader.h"
#include "jpeg/coefficient_table.h"
#include "jpeg/huffman.h"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace framegate::jpeg {

/// What can be wrong with the codes of one block.
enum class BlockFault : std::uint8_t {
    None,
    DcCode,     ///< bits that are no DC code
    AcCode,     ///< bits that are no AC code
    RunBeyond,  ///< a run of zeros ends beyond the block
    RunUnended, ///< sixteen zeros that no coefficient follows: T.81 figure F.2 ends the block instead
    DcRange,    ///< a mean that no 8-bit samples have
    AcRange,    ///< a coefficient larger than 8-bit samples give
    Energy,     ///< more contrast than 8-bit samples with this mean can have
};

/// Decodes and checks the blocks of one component. Most coefficients are passed several at a look; whatever
/// could break a rule is decoded one by one.
class BlockDecoder {
public:
    /// The tables must outlive the decoder; \a several is that of \a ac and harmlessSize(\a quantisation).
    BlockDecoder(const HuffmanTable& dc, const HuffmanTable& ac, const CoefficientTable& several,
                 const std::array<std::uint16_t, 64>& quantisation);

    /// Inline, so that a caller's local \a reader stays in registers.
    [[gnu::always_inline]] BlockFault decode(BitReader& reader) {
        if (const auto fault = decodeDc(reader); fault != BlockFault::None) return fault;
        return nearTheEndOfRange() ? weighAc(reader) : passAc(reader);
    }
    /// The last block's DC coefficient, dequantised.
    std::int16_t dc() const { return static_cast<std::int16_t>(predictor_ * quantisation_[0]); }
    /// As after a restart marker.
    void restart() { predictor_ = 0; }

    /// Values of this category and below are in range for every quantiser of \a quantisation.
    static unsigned harmlessSize(const std::array<std::uint16_t, 64>& quantisation);

private:
    /// Where careful decoding got to. By value: passing the reader on by reference would cost its registers.
    struct Careful {
        BitReader reader;
        unsigned k = 0; ///< the last coefficient passed; 64 after the end of the block
        std::int64_t value = 0;
        BlockFault fault = BlockFault::None;
    };

    [[gnu::always_inline]] BlockFault decodeDc(BitReader& reader) {
        reader.ensure();
        const auto code = dcCodes_.match(reader.peek(16));
        if (code.bits == 0) return BlockFault::DcCode;
        reader.skip(code.bits);
        predictor_ += extended(reader.take(code.symbol), code.symbol);
        return beyond(predictor_, quantisation_[0]) ? BlockFault::DcRange : BlockFault::None;
    }

    [[gnu::always_inline]] BlockFault passAc(BitReader& reader) const {
        unsigned k = 0;
        auto step = passSeveral(reader, k); // the DC code has left enough bits
        while (step != Step::Ended) {
            reader.ensure(); // enough for two looks
            if (step == Step::Passed && (step = passSeveral(reader, k)) == Step::Passed) {
                step = passSeveral(reader, k);
                continue;
            }
            if (step == Step::Ended) break;
            if (!passOne(reader, k)) {
                const auto careful = decodeOne(reader, k);
                if (careful.fault != BlockFault::None) return careful.fault;
                reader = careful.reader;
                k = careful.k;
            }
            if (k >= 63) break;
            step = Step::Passed;
        }
        return BlockFault::None;
    }

    /// What a look did.
    enum class Step : std::uint8_t { Passed, Ended, Unclear };

    /// Passes what one look shows; Unclear, and nothing taken, where that may break a rule or reach the
    /// block's last coefficient, after which the next code is the next block's.
    [[gnu::always_inline]] Step passSeveral(BitReader& reader, unsigned& k) const {
        const auto entry = several_.look(reader.peek(CoefficientTable::bits));
        if (k + entry.advance() >= 63) return Step::Unclear;
        reader.skip(entry.length());
        k += entry.advance();
        return entry.endOfBlock() ? Step::Ended : Step::Passed;
    }

    /// Passes one coefficient that can break no rule; false, and nothing taken, at any other.
    bool passOne(BitReader& reader, unsigned& k) const {
        const auto code = acCodes_.match(reader.peek(16));
        const unsigned size = code.symbol & 15U;
        const unsigned next = k + (code.symbol >> 4) + 1U;
        if (code.bits == 0 || size == 0 || size > harmlessSize_ || next > 63) return false;
        reader.skip(code.bits + size);
        k = next;
        return true;
    }

    /// T.81 F.12: the value of \a bits in category \a size.
    static int extended(std::uint32_t bits, unsigned size) {
        const auto value = static_cast<int>(bits);
        return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }
    /// 8-bit samples give coefficients of at most 1024 (T.81 annex F); rounding adds half a quantiser.
    static bool beyond(int value, int quantiser) { return std::abs(value) * quantiser > 1024 + quantiser; }

    /// Whether the mean leaves so little room that the contrast is weighed.
    bool nearTheEndOfRange() const { return std::abs(predictor_ * quantisation_[0]) > 720; }
    Careful decodeOne(BitReader reader, unsigned k) const;
    BlockFault weighAc(BitReader& reader) const;
    double energyAllowed(double quantisers) const;

    const HuffmanTable& dcCodes_;
    const HuffmanTable& acCodes_;
    const CoefficientTable& several_;
    std::array<std::uint16_t, 64> quantisation_;
    unsigned harmlessSize_ = 0; ///< values of this category and below are in range for every quantiser
    int predictor_ = 0;
};

} // namespace framegate::jpeg
